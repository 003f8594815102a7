/* SPDX-License-Identifier: BSD-2-Clause */
/* Reports, in parts, and what vantages are read from them. */
#ifndef PTPROBE_VANTAGE_BED_H
#define PTPROBE_VANTAGE_BED_H

#include "vantage.h"

#define VANTAGE_TEST(name) cmocka_unit_test_setup_teardown(name, vantage_bed_start, vantage_bed_end)

/* In these texts ' stands for ". */
#define HEAD(tool)                                                                   \
	"{'schema':'ptprobe/1','tool':'" tool "','host':'host1','interface':'eth0'," \
	"'own_drops':7,"
#define KEY "'run_id':'7c3a90d417be2c05','group':'239.255.31.9','port':31900,"
#define FLOW                                                                            \
	"{" KEY "'first_seq':0,'last_seq':99,'sent':100,'unique':95,'lost':5,'late':1," \
	"'corrupt':2,'missed_before_join':0,'skipped':0,"                               \
	"'missing':{'ranges':[[10,12],[40,41]],'complete':true}"
#define SENDER                                                                            \
	"'sender':{" KEY "'groups':1,'sent':97,'failed':3,'fragments':2,'stamp_every':1," \
	"'unscheduled':{'count':1,'ranges':[[5,5]],'complete':true},"                     \
	"'sched_without_snd':{'count':2,'ranges':[[7,8]],'complete':false},"              \
	"'failed_ranges':[{'error':'EPERM','count':3,'ranges':[[1,3]],'complete':true}]}"
#define CAPTURE "'capture':{'complete':true,'offloaded':0}"

/* Empty at the start of each test. */
extern struct vantages vantage_bed;
extern char vantage_bed_error[VANTAGE_ERROR_TEXT];

int vantage_bed_start(void **state);
int vantage_bed_end(void **state);

/* Reads a report, in whose text ' stands for ". 0 or -errno, as vantages_read. */
int vantage_bed_read(const char *text);

#endif
