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
