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
	%D%/inputs.c %D%/inputs.h \
	%D%/health.c %D%/health.h \
	%D%/health_announce.c \
	%D%/health_book.c %D%/health_book.h \
	%D%/health_correction.c \
	%D%/health_events.c \
	%D%/health_master.c %D%/health_master.h \
	%D%/health_pairs.c \
	%D%/health_parts.h \
	%D%/health_ports.c \
	%D%/health_stream.c \
	%D%/health_tally.c %D%/health_tally.h \
	%D%/mask.c %D%/mask.h \
	%D%/mask_file.c \
	%D%/mask_judge.c \
	%D%/observer.c %D%/observer.h \
	%D%/pcapng.c %D%/pcapng.h \
	%D%/profile.c %D%/profile.h \
	%D%/profile_file.c \
	%D%/profile_parts.h \
	%D%/profile_table.c \
	%D%/profile_text.c \
	%D%/profile_value.c \
	%D%/ptp_advice.c \
	%D%/ptp_findings.c %D%/ptp_findings.h \
	%D%/ptp_json.c %D%/ptp_json.h \
	%D%/ptp_judge.c %D%/ptp_judge.h %D%/ptp_judge_parts.h \
	%D%/ptp_judge_streams.c \
	%D%/ptp_judge_timing.c %D%/ptp_judge_timing.h \
	%D%/ptp_limits.c %D%/ptp_limits.h \
	%D%/ptp_lines.c \
	%D%/ptp_option_table.c \
	%D%/ptp_options.c %D%/ptp_options.h \
	%D%/ptp_prometheus.c \
	%D%/ptp_report.h \
	%D%/ptp_text.c %D%/ptp_text.h \
	%D%/ptp_timing_json.c \
	%D%/ptp_timing_text.c \
	%D%/ptp_words.c \
	%D%/segments.c %D%/segments.h \
	%D%/sighting.c %D%/sighting.h \
	%D%/timeline.c %D%/timeline.h \
	%D%/timing.c %D%/timing.h \
	%D%/timing_curves.c \
	%D%/timing_pairs.c %D%/timing_pairs.h \
	%D%/timing_parts.h \
	%D%/timing_result.c \
	%D%/timing_reverse.c \
	%D%/timing_stability.c %D%/timing_stability.h \
	%D%/timing_take.c

# edge: the files being written, for the tool and for the test that copies
CAPTURE_DUMP_SOURCES = \
	capture/dump.c capture/dump.h \
	capture/dump_file.c capture/dump_file.h \
	capture/dump_name.c capture/dump_name.h

# edge: what is read, of both programs
CAPTURE_TAP_SOURCES = \
	capture/expression.c capture/expression.h \
	capture/live.c capture/live.h \
	capture/sources.c capture/sources.h

# libpcap is optional: without it these programs and --witness are all that is missing
if HAVE_PCAP
bin_PROGRAMS += ptprobe-capture ptprobe-ptp
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
	$(CAPTURE_TAP_SOURCES)
ptprobe_capture_LDADD = capture/libcapture.a lib/host/libhost.a lib/libcore.a $(JANSSON_LIBS) \
	$(MNL_LIBS) $(CAPNG_LIBS) $(SECCOMP_LIBS) $(PCAP_LIBS)

ptprobe_ptp_CFLAGS = $(AM_CFLAGS) $(LTO_CFLAGS)
ptprobe_ptp_LDFLAGS = $(AM_LDFLAGS) $(LTO_LDFLAGS)
ptprobe_ptp_SOURCES = \
	%D%/ptp_conclude.c \
	%D%/ptp_files.c %D%/ptp_files.h \
	%D%/ptp_join.c %D%/ptp_join.h \
	%D%/ptp_live.c %D%/ptp_live.h \
	%D%/ptp_load.c %D%/ptp_load.h \
	%D%/ptp_main.c \
	%D%/ptp_output.c %D%/ptp_output.h \
	%D%/ptp_run.c %D%/ptp_run.h \
	$(CAPTURE_TAP_SOURCES)
ptprobe_ptp_LDADD = capture/libcapture.a lib/host/libhost.a lib/libcore.a $(JANSSON_LIBS) \
	$(MNL_LIBS) $(CAPNG_LIBS) $(SECCOMP_LIBS) $(PCAP_LIBS)
