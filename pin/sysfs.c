/* SPDX-License-Identifier: BSD-2-Clause */
#include "sysfs.h"

#include <errno.h>
#include <stdio.h>

#include "sysfs_parts.h"
#include "text.h"

int sysfs_machine(const struct sysfs_request *request, struct machine *ret_machine,
		  char error[static MACHINE_ERROR_TEXT])
{
	struct machine machine = {.nic = {.node = MACHINE_NONE}};
	struct sysfs sysfs = {.root = request->root, .machine = &machine};
	char why[TEXT_ERROR];
	int err;

	error[0] = '\0';
	err = sysfs_cpus(&sysfs, request->is_placed, error);
	err = err < 0 ? err : sysfs_nodes(&sysfs);
	if (err == 0) {
		sysfs_allowed(&sysfs, request);
	}
	if (err == 0 && request->interface != NULL) {
		err = sysfs_nic(&sysfs, request, error);
		err = err < 0 ? err : sysfs_irq_cpus(&sysfs);
	}
	err = err < 0 ? err : sysfs_sample(&sysfs, request);
	if (err < 0) {
		if (error[0] == '\0') {
			snprintf(error, MACHINE_ERROR_TEXT, "read the machine: %s",
				 text_error(-err, why));
		}
		machine_release(&machine);
		return err;
	}
	*ret_machine = machine;
	return 0;
}
