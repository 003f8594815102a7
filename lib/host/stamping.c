/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "stamping.h"

#include <errno.h>
#include <net/if.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "clock.h"
#include "ethtool.h"
#include "text.h"

#define MS_NS INT64_C(1000000)

static const int64_t first_period_ns = 20 * MS_NS, last_period_ns = 1000 * MS_NS, late_ns = MS_NS;

static __attribute__((format(printf, 3, 4))) int fail(char *error, int err, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	(void)vsnprintf(error, STAMPING_ERROR_TEXT, format, arguments);
	va_end(arguments);
	return err;
}

static __attribute__((format(printf, 2, 3))) int lacks(struct stamping *stamping,
						       const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	(void)vsnprintf(stamping->stamps.lacks, sizeof(stamping->stamps.lacks), format, arguments);
	va_end(arguments);
	return -EOPNOTSUPP;
}

static const char *kind(enum nic_stamp_probes probes)
{
	switch (probes) {
	case NIC_STAMP_NATIVE:
		return "arrivals that aren't PTP";
	case NIC_STAMP_PTP_UDP:
		return "arrivals of PTP over UDP";
	case NIC_STAMP_PTP_L2:
		return "arrivals of PTP over Ethernet";
	default:
		return "departures";
	}
}

/* Has the card stamp such probes; what it was set to comes back by the child. */
static int configure(struct stamping *stamping, int fd, const struct stamping_config *config,
		     const struct nic_stamp_setting *before, struct nic_stamp_setting *ret_setting,
		     char *error)
{
	const char *name = stamping->stamps.interface;
	struct nic_stamp_setting choice[NIC_STAMP_CHOICES];
	size_t choices = nic_stamp_choices(before, config->probes, choice);
	char why[TEXT_ERROR], text[NIC_STAMP_TEXT];
	int err;

	if (choices == 0) {
		return fail(error, -EBUSY,
			    "'%s' is set up by another, %s: end that, or leave --hwstamp out", name,
			    nic_stamp_text(before, config->probes, text));
	}
	err = nic_restore_start(&stamping->restore, config->ifindex, config->probes, before);
	if (err < 0) {
		return fail(error, err, "fork a child that sets '%s' back: %s", name,
			    text_error(-err, why));
	}
	err = -EOPNOTSUPP;
	for (size_t i = 0; i < choices; i++) {
		/* before it is set: this process may be killed in between */
		nic_restore_from(&stamping->restore, &choice[i]);
		err = nic_stamp_write(fd, name, &choice[i]);
		if (err == -EPERM) {
			break;
		}
		if (err == 0) {
			nic_restore_from(&stamping->restore, &choice[i]);
			if (nic_stamp_suits(&choice[i], config->probes)) {
				*ret_setting = choice[i];
				return 0;
			}
			err = -ERANGE;
		}
	}
	(void)nic_restore_finish(&stamping->restore);
	if (err == -EPERM) {
		return fail(error, err,
			    "set up hardware stamps on '%s': %s: run as root, with CAP_NET_ADMIN, "
			    "or leave --hwstamp out",
			    name, text_error(EPERM, why));
	}
	if (before->rx_filter != 0 && config->probes != NIC_STAMP_DEPARTURES) {
		return fail(
			error, -EBUSY,
			"'%s' is set up by another, %s, and can't stamp %s besides: end that, or "
			"leave --hwstamp out",
			name, nic_stamp_text(before, config->probes, text), kind(config->probes));
	}
	return fail(error, err, "'%s' can't stamp %s in hardware: %s: %s", name,
		    kind(config->probes), text_error(-err, why),
		    config->probes == NIC_STAMP_NATIVE
			    ? "take PTP-shaped probes (--ptp), or leave --hwstamp out"
			    : "leave --hwstamp out, or take another NIC (see 'ethtool -T')");
}

static int open_clock(struct stamping *stamping, int index)
{
	struct phc_sample sample;
	int err = phc_open(&stamping->phc, index);

	if (err < 0) {
		return err;
	}
	/* two make a line */
	for (int i = 0; i < 2; i++) {
		if (i > 0) {
			(void)clock_wait_until(clock_mono_ns() + first_period_ns);
		}
		err = phc_sample(&stamping->phc, &sample);
		if (err == 0) {
			(void)phc_map_add(&stamping->map, &sample);
		}
	}
	stamping->period_ns = 2 * first_period_ns;
	stamping->next_ns = clock_mono_ns() + stamping->period_ns;
	return 0;
}

/* 0: the card stamps, and its clock is open. */
static int use_card(struct stamping *stamping, int fd, const struct stamping_config *config,
		    char *error)
{
	const char *name = stamping->stamps.interface;
	bool departures = config->probes == NIC_STAMP_DEPARTURES;
	struct nic_stamp_setting setting = {0};
	struct nic_stamp_facts facts;
	char why[TEXT_ERROR], text[NIC_STAMP_TEXT];
	int err = nic_stamp_facts(fd, name, &facts);

	if (err == 0 && (!(departures ? facts.tx : facts.rx) || facts.phc_index < 0)) {
		err = -EOPNOTSUPP;
	}
	if (err < 0) {
		lacks(stamping, "'%s' has no clock that stamps %s: %s", name,
		      departures ? "departures" : "arrivals", text_error(-err, why));
		return fail(error, err,
			    "'%s' can't stamp %s in hardware: %s: leave --hwstamp out, or take "
			    "another NIC (see 'ethtool -T')",
			    name, departures ? "departures" : "arrivals", text_error(-err, why));
	}
	err = nic_stamp_read(fd, name, &setting);
	if (err < 0 && err != -EOPNOTSUPP) {
		lacks(stamping, "'%s': %s", name, text_error(-err, why));
		return fail(error, err, "ask '%s' for its stamping: %s", name,
			    text_error(-err, why));
	}
	/* the clock first: a card without one that can be read needs no setting */
	err = open_clock(stamping, facts.phc_index);
	if (err < 0) {
		lacks(stamping, "open /dev/ptp%d: %s", facts.phc_index, text_error(-err, why));
		return fail(
			error, err,
			"open the clock of '%s', /dev/ptp%d: %s: run as root, or as who may read "
			"it",
			name, facts.phc_index, text_error(-err, why));
	}
	if (!nic_stamp_suits(&setting, config->probes)) {
		if (!config->configure) {
			return lacks(stamping, "'%s' is set to %s: --hwstamp sets it up", name,
				     nic_stamp_text(&setting, config->probes, text));
		}
		err = configure(stamping, fd, config, &setting, &setting, error);
		if (err < 0) {
			return err;
		}
		stamping->stamps.configured = true;
	}
	(void)nic_stamp_text(&setting, config->probes, stamping->stamps.setting);
	stamping->stamps.in_hardware = true;
	return 0;
}

int stamping_open(struct stamping *stamping, const struct stamping_config *config,
		  char error[static STAMPING_ERROR_TEXT])
{
	char name[IF_NAMESIZE] = "", why[TEXT_ERROR];
	int fd, err;

	*stamping = (struct stamping)STAMPING_CLOSED;
	stamping->stamps.want = config->want;
	stamping->stamps.is_receiver = config->probes != NIC_STAMP_DEPARTURES;
	stamping->stamps.what = kind(config->probes);
	if (config->probes == NIC_STAMP_PTP_UDP) {
		stamping->stamps.hint = "; some NICs stamp PTP over Ethernet alone (--l2)";
	}
	if (config->kernel_only || config->want == STAMPS_SOFTWARE || config->want == STAMPS_USER) {
		return 0;
	}
	if (config->ifindex == 0 || if_indextoname(config->ifindex, name) == NULL) {
		(void)lacks(stamping, "it isn't known by which NIC: name it with -i");
		return config->configure ? fail(error, -ENODEV, "no NIC to set up: name it with -i")
					 : 0;
	}
	memcpy(stamping->stamps.interface, name, sizeof(stamping->stamps.interface));
	fd = ethtool_open();
	if (fd < 0) {
		(void)lacks(stamping, "no socket to ask '%s': %s", name, text_error(-fd, why));
		return config->configure ? fail(error, fd, "%s", stamping->stamps.lacks) : 0;
	}
	err = use_card(stamping, fd, config, error);
	close(fd);
	if (err < 0) {
		phc_close(&stamping->phc);
	}
	return config->configure ? err : 0;
}

int stamping_close(struct stamping *stamping, char error[static STAMPING_ERROR_TEXT])
{
	char why[TEXT_ERROR];
	int err = nic_restore_finish(&stamping->restore);

	phc_close(&stamping->phc);
	if (err < 0) {
		return fail(error, err, "'%s' was not set back to what it stamped before: %s",
			    stamping->stamps.interface,
			    err == -EBUSY ? "another has set it meanwhile" : text_error(-err, why));
	}
	return 0;
}

void stamping_tick(struct stamping *stamping, int64_t mono_ns)
{
	struct phc_sample sample;

	if (stamping->phc.fd < 0 || (mono_ns < stamping->next_ns && !stamping->resample)) {
		return;
	}
	stamping->resample = false;
	if (phc_sample(&stamping->phc, &sample) == 0) {
		(void)phc_map_add(&stamping->map, &sample);
	}
	stamping->period_ns *= 2;
	if (stamping->period_ns > last_period_ns) {
		stamping->period_ns = last_period_ns;
	}
	stamping->next_ns = mono_ns + stamping->period_ns;
}

void stamping_read(struct stamping *stamping)
{
	if (stamping->phc.fd >= 0) {
		stamping->resample = true;
		stamping_tick(stamping, clock_mono_ns());
	}
}

bool stamping_real_ns(struct stamping *stamping, int64_t phc_ns, int64_t from_ns, int64_t until_ns,
		      int64_t *ret_real_ns)
{
	int64_t real_ns;

	if (!phc_map_real_ns(&stamping->map, phc_ns, &real_ns) || real_ns < from_ns ||
	    real_ns - late_ns > until_ns) {
		stamping->resample = true;
		return false;
	}
	*ret_real_ns = real_ns;
	return true;
}

struct stamps stamping_result(const struct stamping *stamping, const struct stamps_counts *counts,
			      const struct stamps_lag *lag)
{
	struct stamps stamps = stamping->stamps;
	const struct phc_map *map = &stamping->map;

	stamps.counts = *counts;
	stamps.lag = *lag;
	if (stamps.in_hardware) {
		stamps.phc = (struct stamps_phc){
			.index = stamping->phc.index,
			.method = phc_method_text(stamping->phc.method),
			.samples = map->samples,
			.steps = map->phc_steps,
			.last_step_ns = map->last_step_ns,
			.uncertain_ns = map->worst_uncertain_ns,
		};
		stamps.phc.rate_known = phc_map_rate_ppb(map, &stamps.phc.rate_ppb);
	}
	return stamps;
}
