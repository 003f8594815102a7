# the pure core shared by the tools
noinst_LIBRARIES += lib/libcore.a
lib_libcore_a_CFLAGS = $(AM_CFLAGS) $(LTO_CFLAGS)
lib_libcore_a_SOURCES = \
	%D%/band.c %D%/band.h \
	%D%/bytes.h \
	%D%/counters.c %D%/counters.h \
	%D%/counters_proc.c %D%/counters_proc.h \
	%D%/clockwatch.c %D%/clockwatch.h \
	%D%/cpulist.c %D%/cpulist.h \
	%D%/crc32c.c %D%/crc32c.h \
	%D%/delay.c %D%/delay.h \
	%D%/dscp.c %D%/dscp.h \
	%D%/endpoint.c %D%/endpoint.h \
	%D%/envelope.c %D%/envelope.h \
	%D%/escape.c %D%/escape.h \
	%D%/ethnl_parse.c %D%/ethnl_parse.h \
	%D%/ethtool_stats.c %D%/ethtool_stats.h \
	%D%/evidence.c %D%/evidence.h \
	%D%/evidence_json.c \
	%D%/evidence_parse.c \
	%D%/floor.c %D%/floor.h \
	%D%/floor_hold.c %D%/floor_hold.h \
	%D%/flow.c %D%/flow.h \
	%D%/flow_snapshot.c \
	%D%/flows.c %D%/flows.h \
	%D%/gaps.c %D%/gaps.h \
	%D%/group.c %D%/group.h \
	%D%/held.c %D%/held.h \
	%D%/hist.c %D%/hist.h \
	%D%/igmp.c %D%/igmp.h \
	%D%/limits.c \
	%D%/ifname.c %D%/ifname.h \
	%D%/locate.c %D%/locate.h \
	%D%/locate_assign.c \
	%D%/locate_branch.c \
	%D%/locate_decide.c \
	%D%/locate_fates.c \
	%D%/locate_json.c \
	%D%/locate_judge.c \
	%D%/locate_lacks.c \
	%D%/locate_ladder.c \
	%D%/locate_measure.c \
	%D%/locate_parts.h \
	%D%/locate_rows.c \
	%D%/locate_rules.c \
	%D%/locate_runs.c \
	%D%/locate_sight.c \
	%D%/locate_text.c \
	%D%/locate_unheard.c \
	%D%/located.c %D%/located.h \
	%D%/losspat.c %D%/losspat.h \
	%D%/maties.c %D%/maties.h \
	%D%/members.c %D%/members.h \
	%D%/mtie.c %D%/mtie.h \
	%D%/nic_class.c %D%/nic_class.h \
	%D%/option.c %D%/option.h \
	%D%/option_help.c \
	%D%/phc_map.c %D%/phc_map.h \
	%D%/places.c %D%/places.h \
	%D%/outlook.c %D%/outlook.h \
	%D%/ptp_message.c %D%/ptp_message.h \
	%D%/ptp_pairs.c %D%/ptp_pairs.h \
	%D%/ptp_shape.c %D%/ptp_shape.h \
	%D%/put.c %D%/put.h \
	%D%/ranges.c %D%/ranges.h \
	%D%/report.c %D%/report.h \
	%D%/report_flow_json.c \
	%D%/report_flow_text.c \
	%D%/report_hgrm.c \
	%D%/report_interval.c \
	%D%/report_json.c \
	%D%/report_lines.c \
	%D%/report_options.c %D%/report_options.h \
	%D%/report_parts.h \
	%D%/report_placement.c \
	%D%/report_prometheus.c \
	%D%/report_tap.c \
	%D%/report_text.c \
	%D%/run_id.c %D%/run_id.h \
	%D%/seqset.c %D%/seqset.h \
	%D%/restarts.c %D%/restarts.h \
	%D%/sequence.c %D%/sequence.h \
	%D%/skew.c %D%/skew.h \
	%D%/spread.c %D%/spread.h \
	%D%/spelling.c %D%/spelling.h \
	%D%/stamps.c %D%/stamps.h \
	%D%/status.h \
	%D%/sums.c %D%/sums.h \
	%D%/tdev.c %D%/tdev.h \
	%D%/text.c %D%/text.h \
	%D%/trace_format.c %D%/trace_format.h \
	%D%/twoway.c %D%/twoway.h \
	%D%/units.c %D%/units.h \
	%D%/vantage.c %D%/vantage.h \
	%D%/vantage_parts.h \
	%D%/vantage_read.c \
	%D%/vantage_settle.c \
	%D%/verdict.c %D%/verdict.h \
	%D%/wide.c %D%/wide.h \
	%D%/window.c %D%/window.h \
	%D%/wire.c %D%/wire.h \
	%D%/words.c %D%/words.h
