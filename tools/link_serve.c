/* SPDX-License-Identifier: BSD-2-Clause */
/* --server: the other end of the load, and of the counters. */
#include <arpa/inet.h>
#include <errno.h>
#include <net/if.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>

#include "addresses.h"
#include "clock.h"
#include "link_options.h"
#include "link_run.h"
#include "link_server.h"
#include "output.h"
#include "status.h"

