# the front door
AM_CPPFLAGS += -DMANDIR='"$(mandir)"'
bin_PROGRAMS += ptprobe
ptprobe_SOURCES = %D%/ptprobe.c
ptprobe_LDADD = lib/host/libhost.a lib/libcore.a
