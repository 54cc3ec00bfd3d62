/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Chrome/Perfetto JSON. Process 1: a track per PE (what ran), instants on it. Process 2: a track
 * per SP (its state). Flows: "smc" from each SMC to its return, "call" from a direct request to its
 * response, wherever FFA_RUN took it in between. A file stays small whatever the run: a track's
 * first slices are written one by one, later ones in groups ("32 slices") that leave no gap;
 * instants and flows beyond their first are written one in 64. What was left out is counted in
 * otherData.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "host/show.h"

#define SLICES_FULL 2000
#define SLICES_GROUP 32
#define INSTANTS_FULL 256
#define FLOWS_FULL 2000
#define ONE_IN 64
#define FLOW_DROPPED UINT64_MAX

static void next_event(struct show_chrome *c)
{
	if (!c->first)
		fputs(",\n", c->out);
	c->first = false;
}

static void put_name(struct show_chrome *c, int pid, int tid, const char *what, const char *name)
{
	next_event(c);
	fprintf(c->out,
		"{\"ph\":\"M\",\"pid\":%d,\"tid\":%d,\"name\":\"%s\",\"args\":{\"name\":", pid, tid,
		what);
	show_json_string(c->out, name);
	fputs("}}", c->out);
}

static void put_slice(struct show_chrome *c, int pid, int tid, const char *name, uint64_t from_ns,
		      uint64_t to_ns)
{
	next_event(c);
	fputs("{\"ph\":\"X\",\"name\":", c->out);
	show_json_string(c->out, name);
	fprintf(c->out, ",\"pid\":%d,\"tid\":%d,\"ts\":%" PRIu64 ".%03u,\"dur\":%" PRIu64 ".%03u}",
		pid, tid, from_ns / 1000, (unsigned)(from_ns % 1000), (to_ns - from_ns) / 1000,
		(unsigned)((to_ns - from_ns) % 1000));
}

static void end_group(struct show_chrome *c, struct chrome_track *t, int pid, int tid,
		      uint64_t now_ns)
{
	char name[32];

	if (!t->group)
		return;
	snprintf(name, sizeof(name), "%u slices", t->group);
	put_slice(c, pid, tid, t->group == 1 ? trace_name(t->name) : name, t->group_ns, now_ns);
	c->thinned += t->group - 1;
	t->group = 0;
}

/* The track's slice ends now and one called @name (0 = none) begins. */
static void track_turn(struct show_chrome *c, struct chrome_track *t, int pid, int tid,
		       uint32_t name, uint64_t now_ns)
{
	/* Clocks of PEs differ; a track never goes back. */
	if (now_ns < t->since_ns)
		now_ns = t->since_ns;
	if (t->name && now_ns > t->since_ns) {
		if (t->slices++ < SLICES_FULL) {
			put_slice(c, pid, tid, trace_name(t->name), t->since_ns, now_ns);
		} else {
			if (!t->group++)
				t->group_ns = t->since_ns;
			if (t->group == SLICES_GROUP)
				end_group(c, t, pid, tid, now_ns);
		}
	}
	if (!name)
		end_group(c, t, pid, tid, now_ns);
	t->name = name;
	t->since_ns = now_ns;
}

void show_chrome_begin(struct show_chrome *c, FILE *out, unsigned pes)
{
	*c = (struct show_chrome){.out = out, .pes = pes, .first = true};
	fputs("{\"displayTimeUnit\":\"ns\",\"traceEvents\":[\n", out);
	put_name(c, 1, 0, "process_name", "PEs");
	put_name(c, 2, 0, "process_name", "Secure Partitions");
	for (unsigned i = 0; i < pes; i++) {
		char name[16];

		snprintf(name, sizeof(name), "PE%u", i);
		put_name(c, 1, (int)i, "thread_name", name);
	}
}

static void sp_state(struct show_chrome *c, const struct trace_rec *rec, const struct trace_kind *k)
{
	uint32_t sp = 0, to = 0;
	struct chrome_sp *p = NULL;

	for (int i = 0; i < TRACE_ARGS && k->fields[i]; i++) {
		if (!strcmp(k->fields[i], "sp$"))
			sp = (uint32_t)rec->arg[i];
		if (!strcmp(k->fields[i], "to$"))
			to = (uint32_t)rec->arg[i];
	}
	for (size_t i = 0; i < c->sp_count; i++) {
		if (c->sp[i].name == sp)
			p = &c->sp[i];
	}
	if (!p) {
		struct chrome_sp *more = realloc(c->sp, (c->sp_count + 1) * sizeof(*more));

		if (!more)
			return;
		c->sp = more;
		p = &c->sp[c->sp_count++];
		*p = (struct chrome_sp){.name = sp};
		put_name(c, 2, (int)c->sp_count, "thread_name", trace_name(sp));
	}
	track_turn(c, &p->track, 2, (int)(p - c->sp) + 1, to, rec->time_ns);
}

static void put_flow(struct show_chrome *c, const struct trace_rec *rec, const char *name,
		     uint64_t id, bool start)
{
	next_event(c);
	fprintf(c->out,
		"{\"ph\":\"%s\",\"name\":\"%s\",\"cat\":\"%s\",\"id\":%" PRIu64
		",\"pid\":1,\"tid\":%u,\"ts\":%" PRIu64 ".%03u%s}",
		start ? "s" : "f", name, name, id, rec->pe, rec->time_ns / 1000,
		(unsigned)(rec->time_ns % 1000), start ? "" : ",\"bp\":\"e\"");
}

static uint64_t new_flow(struct show_chrome *c)
{
	c->flow++;
	if (c->flows >= FLOWS_FULL && c->flow % ONE_IN) {
		c->thinned++;
		return FLOW_DROPPED;
	}
	c->flows++;
	return c->flow;
}

/* An SP serves one call at a time: the SP's name is the call's. */
static void call(struct show_chrome *c, const struct trace_rec *rec, const struct trace_kind *k)
{
	bool start = !strcmp(k->name, "ffa.direct_req");

	if (!start && strcmp(k->name, "ffa.direct_resp") && strcmp(k->name, "ffa.error"))
		return;
	for (size_t i = 0; i < c->sp_count; i++) {
		struct chrome_sp *p = &c->sp[i];

		if (p->name != (uint32_t)rec->arg[0])
			continue;
		if (p->caller && p->caller != rec->who && strcmp(k->name, "ffa.direct_resp"))
			return; /* somebody else's request, and its BUSY */
		if (start) {
			p->call = new_flow(c);
			p->caller = rec->who;
		}
		if (p->caller && p->call != FLOW_DROPPED)
			put_flow(c, rec, "call", p->call, start);
		if (!start)
			p->caller = 0;
	}
}

/* A flow's SMC and its return belong together by the task, whichever PE the task is on by then. */
static void flow(struct show_chrome *c, const struct trace_rec *rec, bool start)
{
	for (size_t i = 0; i < 64; i++) {
		if (start ? c->open_flow[i].who : c->open_flow[i].who != rec->who)
			continue;
		if (start)
			c->open_flow[i].id = new_flow(c);
		c->open_flow[i].who = start ? rec->who : 0;
		if (c->open_flow[i].id != FLOW_DROPPED)
			put_flow(c, rec, "smc", c->open_flow[i].id, start);
		return;
	}
}

static bool wanted(struct show_chrome *c, const struct trace_rec *rec)
{
	uint64_t key = ((uint64_t)rec->kind << 32 | rec->who) * 0x9e3779b97f4a7c15ull;
	uint32_t *count = show_seen(&c->seen, &c->seen_room, &c->seen_count, key ^ key >> 29);

	if (!count || ++*count <= INSTANTS_FULL || *count % ONE_IN == 0)
		return true;
	c->thinned++;
	return false;
}

void show_chrome_record(struct show_chrome *c, const struct trace_rec *rec)
{
	const struct trace_kind *k = trace_kind_by_id(rec->kind);
	unsigned pe = rec->pe;

	if (rec->time_ns > c->last_ns)
		c->last_ns = rec->time_ns;
	if (pe < c->pes && pe < 64 && rec->who && c->pe[pe].name != rec->who)
		track_turn(c, &c->pe[pe], 1, (int)pe, rec->who, rec->time_ns);
	if (!strcmp(k->name, "sp.state"))
		sp_state(c, rec, k);
	if (!strcmp(k->name, "nwd.smc") || !strcmp(k->name, "nwd.ret"))
		flow(c, rec, !strcmp(k->name, "nwd.smc"));
	call(c, rec, k);
	if (!strncmp(k->name, "lock.", 5) || !wanted(c, rec))
		return;
	next_event(c);
	fprintf(c->out,
		"{\"ph\":\"i\",\"s\":\"t\",\"name\":\"%s\",\"pid\":1,\"tid\":%u,\"ts\":%" PRIu64
		".%03u,\"args\":{\"flow\":",
		k->name, pe, rec->time_ns / 1000, (unsigned)(rec->time_ns % 1000));
	show_json_string(c->out, rec->who ? trace_name(rec->who) : "");
	show_json_fields(c->out, rec);
	fputs("}}", c->out);
}

void show_chrome_end(struct show_chrome *c)
{
	for (unsigned i = 0; i < 64; i++)
		track_turn(c, &c->pe[i], 1, (int)i, 0, c->last_ns);
	for (size_t i = 0; i < c->sp_count; i++)
		track_turn(c, &c->sp[i].track, 2, (int)i + 1, 0, c->last_ns);
	fprintf(c->out, "\n],\"otherData\":{\"thinned\":\"%" PRIu64 "\"}}\n", c->thinned);
	free(c->sp);
	free(c->seen);
	c->sp = NULL;
	c->seen = NULL;
}
