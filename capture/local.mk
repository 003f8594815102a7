# the witness on the wire: frames, capture files, libpcap
noinst_LIBRARIES += capture/libcapture.a
# pure: data in, data out
capture_libcapture_a_SOURCES = \
	%D%/capfile.c %D%/capfile.h \
	%D%/capfile_interface.c \
	%D%/capfile_parts.h \
	%D%/capfile_pcap.c \
	%D%/capfile_pcapng.c \
	%D%/frame.c %D%/frame.h \
	%D%/pcapng.c %D%/pcapng.h
# edge: the files being written, for the tool and for the test that copies
CAPTURE_DUMP_SOURCES = \
	capture/dump.c capture/dump.h \
	capture/dump_file.c capture/dump_file.h \
	capture/dump_name.c capture/dump_name.h
