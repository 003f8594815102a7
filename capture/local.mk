# the witness on the wire: frames, capture files, libpcap
noinst_LIBRARIES += capture/libcapture.a
# pure: data in, data out
capture_libcapture_a_SOURCES = \
	%D%/frame.c %D%/frame.h \
	%D%/observer.c %D%/observer.h \
	%D%/segments.c %D%/segments.h \
	%D%/timeline.c %D%/timeline.h
