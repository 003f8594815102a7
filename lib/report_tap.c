/* SPDX-License-Identifier: BSD-2-Clause */
/* What a wire tap adds to a report. */
#include <inttypes.h>

#include "put.h"
#include "report_parts.h"
#include "text.h"

static json_t *side_json(enum report_side side)
{
	static const char *const text[] = {
		[REPORT_SIDE_UNKNOWN] = NULL,
		[REPORT_SIDE_SENDER] = "sender",
		[REPORT_SIDE_RECEIVER] = "receiver",
	};

	return text[side] != NULL ? put_text_value(text[side]) : json_null();
}

int report_put_tap_flow(json_t *object, const struct report_tap *tap, size_t index)
{
	const struct report_tap_flow *flow = &tap->flow[index];
	bool any = flow->frames > 0;
	int failed = 0;

	failed |= put(object, "side", side_json(flow->side));
	failed |= put_count(object, "frames", flow->frames);
	failed |= put_count(object, "fragmented", flow->fragmented);
	failed |= put_count(object, "unverified", flow->unverified);
	failed |= put_ns_if(object, "first_frame_ns", any, flow->first_frame_ns);
	failed |= put_ns_if(object, "last_frame_ns", any, flow->last_frame_ns);
	return failed;
}

static int put_count_if(json_t *object, const char *name, bool known, uint64_t count)
{
	return put(object, name, known ? put_count_value(count) : json_null());
}

static json_t *names_json(const char *const *name, size_t count)
{
	json_t *names = json_array();
	int failed = 0;

	for (size_t i = 0; i < count; i++) {
		failed |= json_array_append_new(names, put_text_value(name[i]));
	}
	return put_whole(names, failed);
}

static json_t *written_json(const struct report_tap *tap)
{
	json_t *written;
	int failed = 0;

	if (!tap->is_written) {
		return json_null();
	}
	written = json_object();
	failed |= put_count(written, "frames", tap->written_frames);
	failed |= put_count(written, "bytes", tap->written_bytes);
	failed |= put(written, "files",
		      names_json((const char *const *)tap->written_file, tap->written_files));
	return put_whole(written, failed);
}

json_t *report_tap_json(const struct report_tap *tap)
{
	json_t *object = json_object();
	int failed = 0;

	failed |= put_text(object, "source", tap->live ? "live" : "files");
	failed |= put(object, "files", names_json(tap->file, tap->files));
	failed |= put_text(object, "link_type", tap->link_type);
	failed |= put_count_if(object, "snaplen", tap->snaplen > 0, tap->snaplen);
	failed |= put_count_if(object, "buffer_bytes", tap->buffer_bytes > 0, tap->buffer_bytes);
	failed |= put_count(object, "frames", tap->frames);
	failed |= put_count_if(object, "received", tap->received_known, tap->received);
	failed |= put_count_if(object, "dropped", tap->dropped_known, tap->dropped);
	failed |= put_count_if(object, "interface_dropped", tap->interface_dropped_known,
			       tap->interface_dropped);
	failed |= put_count(object, "residue", tap->residue);
	failed |= put(object, "complete",
		      tap->complete == REPORT_COMPLETE_UNKNOWN
			      ? json_null()
			      : json_boolean(tap->complete == REPORT_COMPLETE));
	failed |= put(object, "truncated", json_boolean(tap->truncated));
	failed |= put_count(object, "fragmented", tap->fragmented);
	failed |= put_count(object, "unverified", tap->unverified);
	failed |= put_count(object, "offloaded", tap->offloaded);
	failed |= put_count(object, "unseen", tap->unseen);
	failed |= put(object, "written", written_json(tap));
	return put_whole(object, failed);
}

/* ", 5 THINGS", unless there are none. */
static void print_some(uint64_t count, const char *what, FILE *out)
{
	if (count > 0) {
		fprintf(out, ", %" PRIu64 " %s", count, what);
	}
}

void report_tap_text(const struct report_tap *tap, FILE *out)
{
	fprintf(out, "tap: %" PRIu64 " frames", tap->frames);
	print_some(tap->offloaded, "of them super-frames, taken apart", out);
	if (tap->dropped_known) {
		fprintf(out, ", %" PRIu64 " dropped", tap->dropped);
	} else {
		fputs(", how many were dropped isn't known", out);
	}
	print_some(tap->residue, "never handed over", out);
	if (tap->interface_dropped_known) {
		print_some(tap->interface_dropped, "missed by the interface", out);
	}
	fputc('\n', out);
	if (tap->fragmented > 0) {
		fprintf(out,
			"fragments: of %" PRIu64
			" probes only the first was looked at: whether the rest "
			"came, and whether they are intact, isn't known\n",
			tap->fragmented);
	}
	if (tap->unverified > tap->fragmented) {
		fprintf(out,
			"cut: of %" PRIu64 " probes the header was believed: their CRC couldn't be "
			"checked\n",
			tap->unverified - tap->fragmented);
	}
	if (tap->unseen > 0) {
		fprintf(out, "cut: of %" PRIu64 " probes not even the header is there\n",
			tap->unseen);
	}
	if (tap->is_written) {
		fprintf(out, "written: %" PRIu64 " frames to ", tap->written_frames);
		text_print(tap->written_files > 0 ? tap->written_file[0] : "nothing", out);
		if (tap->written_files > 1) {
			fprintf(out, " and %zu more files", tap->written_files - 1);
		}
		fputc('\n', out);
	}
}
