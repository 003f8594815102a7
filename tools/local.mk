# the front door, and the tools that join what the others have measured
AM_CPPFLAGS += -DMANDIR='"$(mandir)"'
noinst_LIBRARIES += tools/libtools.a
# pure: data in, data out
tools_libtools_a_SOURCES = \
	%D%/counter_kind.c %D%/counter_kind.h \
	%D%/link_judge.c %D%/link_judge.h \
	%D%/link_judge_load.c \
	%D%/link_json.c \
	%D%/link_limits.c %D%/link_limits.h \
	%D%/link_lines.c \
	%D%/link_option_table.c \
	%D%/link_options.c %D%/link_options.h \
	%D%/link_parts.h \
	%D%/link_report.h \
	%D%/link_text.c \
	%D%/iperf_argv.c %D%/iperf_argv.h \
	%D%/iperf_units.c %D%/iperf_units.h \
	%D%/link_words.c %D%/link_words.h \
	%D%/load.c %D%/load.h \
	%D%/locate_options.c %D%/locate_options.h \
	%D%/moved.c %D%/moved.h \
	%D%/moved_advice.c \
	%D%/moved_parts.h \
	%D%/moved_sight.c \
	%D%/seqbag.c %D%/seqbag.h \
	%D%/snapshot.c %D%/snapshot.h

# edge: a card of this host, for ptprobe-link and its tests
SNAPSHOT_TAKE = tools/snapshot_take.c tools/snapshot_take.h

bin_PROGRAMS += ptprobe ptprobe-locate
ptprobe_SOURCES = %D%/ptprobe.c
ptprobe_LDADD = lib/host/libhost.a lib/libcore.a

ptprobe_locate_SOURCES = \
	%D%/json_source.c %D%/json_source.h \
	%D%/locate_capture.c %D%/locate_capture.h \
	%D%/locate_input.c %D%/locate_input.h \
	%D%/locate_main.c \
	%D%/locate_run.c %D%/locate_run.h
ptprobe_locate_LDADD = tools/libtools.a capture/libcapture.a lib/host/libhost.a lib/libcore.a \
	$(JANSSON_LIBS) $(CAPNG_LIBS) $(SECCOMP_LIBS)

if HAVE_IPERF
# what loads a link, and serves those who load theirs
LINK_EDGE = \
	tools/iperf_child.c tools/iperf_child.h \
	tools/iperf_client.c tools/iperf_client.h \
	tools/iperf_test.c tools/iperf_test.h \
	tools/link_control.c tools/link_control.h \
	tools/link_peer.c tools/link_peer.h \
	tools/link_served.c tools/link_served.h \
	tools/link_server.c tools/link_server.h
bin_PROGRAMS += ptprobe-link
endif
ptprobe_link_SOURCES = \
	%D%/json_source.c %D%/json_source.h \
	%D%/link_address.c %D%/link_address.h \
	%D%/link_conclude.c \
	%D%/link_files.c \
	%D%/link_load.c \
	%D%/link_main.c \
	%D%/link_place.c \
	%D%/link_run.c %D%/link_run.h \
	%D%/link_serve.c \
	%D%/link_watch.c \
	$(SNAPSHOT_TAKE) \
	$(LINK_EDGE) \
	$(PIN_SYSFS_SOURCES)
ptprobe_link_LDADD = tools/libtools.a pin/libpin.a lib/host/libhost.a lib/libcore.a \
	$(JANSSON_LIBS) $(MNL_LIBS) $(CAPNG_LIBS) $(SECCOMP_LIBS) $(IPERF_LIBS)
