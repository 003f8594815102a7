# the multicast sender and receiver
noinst_LIBRARIES += mcast/libmcast.a
# pure: data in, data out
mcast_libmcast_a_SOURCES = \
	%D%/departures.c %D%/departures.h \
	%D%/downtime.c %D%/downtime.h \
	%D%/follow_ups.c %D%/follow_ups.h \
	%D%/pacing.c %D%/pacing.h \
	%D%/ptp_heard.c %D%/ptp_heard.h \
	%D%/recv_options.c %D%/recv_options.h \
	%D%/send_check.c %D%/send_check.h \
	%D%/send_options.c %D%/send_options.h \
	%D%/silence.c %D%/silence.h

bin_PROGRAMS += ptprobe-send ptprobe-recv

ptprobe_send_SOURCES = \
	%D%/address.c %D%/address.h \
	%D%/general.c %D%/general.h \
	%D%/listening.c %D%/listening.h \
	%D%/ptp_listen.c %D%/ptp_listen.h \
	%D%/send.c %D%/send.h \
	%D%/send_main.c \
	%D%/send_output.c %D%/send_output.h \
	%D%/send_report.c %D%/send_report.h \
	%D%/send_result.c %D%/send_result.h \
	%D%/send_run.h \
	%D%/sender.c %D%/sender.h \
	%D%/sender_slots.c %D%/sender_slots.h \
	%D%/sock_send.c %D%/sock_send.h \
	%D%/sock_setup.c %D%/sock_setup.h %D%/sock_setup_l2.c
ptprobe_send_LDADD = mcast/libmcast.a lib/host/libhost.a lib/libcore.a $(JANSSON_LIBS) $(MNL_LIBS) \
	$(CAPNG_LIBS) $(SECCOMP_LIBS)

ptprobe_recv_CFLAGS = $(AM_CFLAGS) $(LTO_CFLAGS)
ptprobe_recv_LDFLAGS = $(AM_LDFLAGS) $(LTO_LDFLAGS)
ptprobe_recv_SOURCES = \
	%D%/address.c %D%/address.h \
	%D%/recv.c %D%/recv.h \
	%D%/recv_error.c %D%/recv_error.h \
	%D%/recv_loop.c %D%/recv_loop.h \
	%D%/recv_main.c \
	%D%/recv_result.c %D%/recv_result.h \
	%D%/rx_stamp.c %D%/rx_stamp.h \
	%D%/shard.c %D%/shard.h \
	%D%/shard_packet.c \
	%D%/shard_udp.c \
	%D%/sock_recv.c %D%/sock_recv.h
ptprobe_recv_LDADD = mcast/libmcast.a lib/host/libhost.a lib/libcore.a $(JANSSON_LIBS) $(MNL_LIBS) \
	$(CAPNG_LIBS) $(SECCOMP_LIBS)
