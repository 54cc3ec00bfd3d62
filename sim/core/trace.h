/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Trace: what happened, in order, in virtual time. Every kind of event is a named, documented
 * object; the same names serve as injection points, as patterns of expectations, as counters and
 * as lines of the log. Emitting with nobody listening costs one load and a branch.
 *
 * A kind is defined once, at file scope, where it is emitted:
 *	TRACE_KIND(trace_ffa_run, "ffa.run", "FFA_RUN was issued", "w1");
 *	...
 *	TRACE(&m->trace, trace_ffa_run, w1);
 * A field's name says what it holds, see trace_field().
 */
#ifndef FFASIM_CORE_TRACE_H
#define FFASIM_CORE_TRACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define TRACE_ARGS 8
#define TRACE_KINDS_MAX 1024

struct trace_kind {
	const char *name;
	const char *doc;
	const char *fields[TRACE_ARGS];
	/* set by trace_kinds(), which is before the first event */
	uint16_t id;   /* index, in order of name */
	uint8_t names; /* bit n: field n is a TRACE_NAME */
};

#define TRACE_KIND(var, name_, doc_, ...)                                                          \
	struct trace_kind var = {.name = name_, .doc = doc_, .fields = {__VA_ARGS__}};             \
	static struct trace_kind *const var##_link                                                 \
		__attribute__((used, section("ffasim_kinds"))) = &var

struct trace_rec {
	uint64_t time_ns;
	uint64_t arg[TRACE_ARGS];
	uint32_t seq;
	uint32_t who;  /* interned name of the flow (task or SP), 0 = none */
	uint16_t kind; /* trace_kind.id */
	uint16_t pe;
};

/* A set of kinds, by their ids. */
struct trace_kinds {
	uint64_t bits[TRACE_KINDS_MAX / 64];
};

static inline bool trace_kinds_have(const struct trace_kinds *set, uint16_t kind)
{
	return set->bits[kind / 64] >> (kind % 64) & 1;
}

static inline void trace_kinds_add(struct trace_kinds *set, uint16_t kind)
{
	set->bits[kind / 64] |= 1ULL << (kind % 64);
}

struct trace_sink {
	/* Called at once, on the emitting flow. It may raise interrupts, schedule events or note a
	 * verdict, but must not switch fibers. */
	void (*emit)(struct trace_sink *sink, const struct trace_rec *rec);
	const struct trace_kinds *only; /* nothing else is told to it; NULL = it gets all */
	struct trace_sink *next;
};

/* Who is running; kept up to date by the machine. */
struct trace_ctx {
	const uint64_t *now_ns;
	uint32_t who;
	uint16_t pe;
};

struct trace {
	struct trace_sink *sinks;
	struct trace_ctx ctx;
	uint32_t seq;
	bool on; /* true when there is a sink */
};

void trace_init(struct trace *trace);
void trace_finish(struct trace *trace);
void trace_add_sink(struct trace *trace, struct trace_sink *sink); /* called in order of adding */
void trace_emit(struct trace *trace, const struct trace_kind *kind, size_t argc,
		const uint64_t *argv);

/* Completes the record with when, where and who, and tells the sinks of it. */
void trace_deliver(struct trace *trace, struct trace_rec *rec);

#define TRACE(trace_, kind_, ...)                                                                  \
	do {                                                                                       \
		struct trace *trace__ = (trace_);                                                  \
		if (__builtin_expect(trace__->on, 0)) {                                            \
			struct trace_rec rec__ = {.arg = {__VA_ARGS__}, .kind = (kind_).id};       \
			trace_deliver(trace__, &rec__);                                            \
		}                                                                                  \
	} while (0)

enum trace_field {
	TRACE_HEX,   /* registers, addresses, ids: printed and compared as hex */
	TRACE_COUNT, /* a name of the table in trace.c (intid, thread, pe, ...): decimal */
	TRACE_NAME,  /* "sp$": interned name; shown as "sp" */
	TRACE_TIME,  /* "latency_ns": shown as "latency", with a unit */
};
/* What @field holds; *@len_bytes = how much of it is its name. */
enum trace_field trace_field(const char *field, size_t *len_bytes);

/* All kinds of the program, sorted by name. */
const struct trace_kind *const *trace_kinds(size_t *count);
const struct trace_kind *trace_kind_find(const char *name);
const struct trace_kind *trace_kind_by_id(uint16_t id);

/* Interned names live as long as the process; ids depend on order of first use only. */
uint32_t trace_intern(const char *name);
const char *trace_name(uint32_t id);

#endif
