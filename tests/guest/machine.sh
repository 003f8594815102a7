#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# guest: kernel isolcpus=2-3
# shellcheck source=tests/cli/tap.sh
. "${0%/*}/../cli/tap.sh"
claim hi true
cat /proc/uptime >&2
ip a >&2
plan
