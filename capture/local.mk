# the witness on the wire: frames, capture files, libpcap
noinst_LIBRARIES += capture/libcapture.a
# pure: data in, data out
capture_libcapture_a_CFLAGS = $(AM_CFLAGS) $(LTO_CFLAGS)
capture_libcapture_a_SOURCES = \
	%D%/capfile.c %D%/capfile.h \
	%D%/capfile_interface.c \
	%D%/capfile_parts.h \
	%D%/capfile_pcap.c \
	%D%/capfile_pcapng.c \
	%D%/capture_options.c %D%/capture_options.h \
	%D%/frame.c %D%/frame.h \
	%D%/health.h \
	%D%/observer.c %D%/observer.h \
	%D%/pcapng.c %D%/pcapng.h \
	%D%/profile.h \
	%D%/segments.c %D%/segments.h \
	%D%/sighting.c %D%/sighting.h \
	%D%/timeline.c %D%/timeline.h \
	%D%/timing.h

# edge: the files being written, for the tool and for the test that copies
CAPTURE_DUMP_SOURCES = \
	capture/dump.c capture/dump.h \
	capture/dump_file.c capture/dump_file.h \
	capture/dump_name.c capture/dump_name.h

# libpcap is optional: without it this program and --witness are all that is missing
if HAVE_PCAP
bin_PROGRAMS += ptprobe-capture
endif
ptprobe_capture_CFLAGS = $(AM_CFLAGS) $(LTO_CFLAGS)
ptprobe_capture_LDFLAGS = $(AM_LDFLAGS) $(LTO_LDFLAGS)
ptprobe_capture_SOURCES = \
	%D%/capture.c %D%/capture.h \
	%D%/capture_files.c %D%/capture_files.h \
	%D%/capture_live.c %D%/capture_live.h \
	%D%/capture_main.c \
	%D%/capture_result.c %D%/capture_result.h \
	%D%/capture_write.c %D%/capture_write.h \
	$(CAPTURE_DUMP_SOURCES) \
	%D%/expression.c %D%/expression.h \
	%D%/live.c %D%/live.h
ptprobe_capture_LDADD = capture/libcapture.a lib/host/libhost.a lib/libcore.a $(JANSSON_LIBS) \
	$(MNL_LIBS) $(CAPNG_LIBS) $(SECCOMP_LIBS) $(PCAP_LIBS)
