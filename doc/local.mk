# manual pages and completion
dist_man_MANS += %D%/ptprobe.1 %D%/ptprobe-locate.1 %D%/ptprobe-recv.1 %D%/ptprobe-report.5 %D%/ptprobe-send.1
EXTRA_DIST += %D%/architecture.md %D%/ptprobe-capture.1 %D%/ptprobe-link.1 %D%/ptprobe-pin.1 %D%/ptprobe-mask.5 %D%/ptprobe-profile.5 %D%/wire-format.md
bashcompletiondir = $(datadir)/bash-completion/completions
zshcompletiondir = $(datadir)/zsh/site-functions
dist_bashcompletion_DATA = %D%/completion/ptprobe
nodist_bashcompletion_DATA = \
	%D%/completion/ptprobe-locate %D%/completion/ptprobe-recv %D%/completion/ptprobe-send
if HAVE_PCAP
dist_man_MANS += %D%/ptprobe-capture.1 %D%/ptprobe-ptp.1 %D%/ptprobe-mask.5 %D%/ptprobe-profile.5
nodist_bashcompletion_DATA += %D%/completion/ptprobe-capture %D%/completion/ptprobe-ptp
endif
if HAVE_IPERF
dist_man_MANS += %D%/ptprobe-link.1
nodist_bashcompletion_DATA += %D%/completion/ptprobe-link
endif
if HAVE_NUMA
dist_man_MANS += %D%/ptprobe-pin.1
nodist_bashcompletion_DATA += %D%/completion/ptprobe-pin
endif
dist_zshcompletion_DATA = %D%/completion/_ptprobe
CLEANFILES += $(nodist_bashcompletion_DATA)

# bash looks for a file of the command's own name
$(nodist_bashcompletion_DATA): %D%/completion/ptprobe
	$(AM_V_GEN)$(MKDIR_P) $(@D) && cp $(srcdir)/%D%/completion/ptprobe $@
