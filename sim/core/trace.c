/* SPDX-License-Identifier: BSD-3-Clause */
/* Kinds collected from an ELF section, sorted by name once; interned names; delivery to sinks. */
#include "core/trace.h"
#include "core/arena.h"
#include <link.h>
#include <stdlib.h>
#include <string.h>

extern struct trace_kind *__start_ffasim_kinds[] __attribute__((weak));
extern struct trace_kind *__stop_ffasim_kinds[] __attribute__((weak));

static struct trace_kind **kinds;
static size_t kind_count;

static int by_name(const void *a, const void *b)
{
	const struct trace_kind *const *x = a, *const *y = b;

	return strcmp((*x)->name, (*y)->name);
}

static uint8_t fields_of_names(const struct trace_kind *k)
{
	uint8_t names = 0;
	size_t len;

	for (int i = 0; i < TRACE_ARGS && k->fields[i]; i++)
		if (trace_field(k->fields[i], &len) == TRACE_NAME)
			names |= (uint8_t)(1u << i);
	return names;
}

static void collect(void)
{
	if (kinds)
		return;
	kind_count = (size_t)(__stop_ffasim_kinds - __start_ffasim_kinds);
	kinds = calloc(kind_count + 1, sizeof(struct trace_kind *));
	if (!kinds || kind_count > TRACE_KINDS_MAX)
		abort();
	memcpy(kinds, __start_ffasim_kinds, kind_count * sizeof(struct trace_kind *));
	qsort(kinds, kind_count, sizeof(struct trace_kind *), by_name);
	for (size_t i = 0; i < kind_count; i++) {
		kinds[i]->id = (uint16_t)i;
		kinds[i]->names = fields_of_names(kinds[i]);
	}
}

__attribute__((destructor)) static void drop_kinds(void)
{
	free(kinds);
	kinds = NULL;
}

/* The names that count or number something, in whichever kind they stand. */
static const char *const counts[] = {
	"active",  "booting", "busy",	 "count",     "cpu",	"ec",	 "free",
	"from_pe", "idle",    "intid",	 "jiffies",   "level",	"line",	 "order",
	"pages",   "pe",      "seconds", "suspended", "thread", "to_pe",
};

enum trace_field trace_field(const char *field, size_t *len_bytes)
{
	const size_t n = strlen(field);

	*len_bytes = n;
	if (n && field[n - 1] == '$') {
		*len_bytes = n - 1;
		return TRACE_NAME;
	}
	if (n > 3 && !strcmp(field + n - 3, "_ns")) {
		*len_bytes = n - 3;
		return TRACE_TIME;
	}
	for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]); i++)
		if (!strcmp(counts[i], field))
			return TRACE_COUNT;
	return TRACE_HEX;
}

const struct trace_kind *const *trace_kinds(size_t *count)
{
	collect();
	*count = kind_count;
	return (const struct trace_kind *const *)kinds;
}

const struct trace_kind *trace_kind_find(const char *name)
{
	collect();
	for (size_t i = 0; i < kind_count; i++)
		if (!strcmp(kinds[i]->name, name))
			return kinds[i];
	return NULL;
}

const struct trace_kind *trace_kind_by_id(uint16_t id)
{
	collect();
	return id < kind_count ? kinds[id] : NULL;
}

void trace_init(struct trace *trace)
{
	static const uint64_t zero;

	collect();
	memset(trace, 0, sizeof(*trace));
	trace->ctx.now_ns = &zero;
}

void trace_finish(struct trace *trace)
{
	trace->sinks = NULL;
	trace->on = false;
}

void trace_add_sink(struct trace *trace, struct trace_sink *sink)
{
	struct trace_sink **at = &trace->sinks;

	while (*at)
		at = &(*at)->next;
	sink->next = NULL;
	*at = sink;
	trace->on = true;
}

void trace_deliver(struct trace *trace, struct trace_rec *rec)
{
	rec->time_ns = *trace->ctx.now_ns;
	rec->seq = trace->seq++;
	rec->who = trace->ctx.who;
	rec->pe = trace->ctx.pe;
	for (struct trace_sink *sink = trace->sinks; sink; sink = sink->next)
		if (!sink->only || trace_kinds_have(sink->only, rec->kind))
			sink->emit(sink, rec);
}

void trace_emit(struct trace *trace, const struct trace_kind *kind, size_t argc,
		const uint64_t *argv)
{
	struct trace_rec rec = {.kind = kind->id};

	memcpy(rec.arg, argv, (argc < TRACE_ARGS ? argc : TRACE_ARGS) * sizeof(*argv));
	trace_deliver(trace, &rec);
}

/* --- interned names: open addressing over an array of strings ----------------------------------
 * They outlive machines and what is put back of them, so they never lie in an arena, and the only
 * variable here is set once.
 */
#define RECENT 256
struct names {
	char **name;
	uint32_t count, room, *hash, hash_room;
	/* Most are asked for again by the same literal: where its text lay, and what came out. A
	 * literal of this library stays what it is; elsewhere another text may lie there now. */
	uintptr_t literals, literals_end;
	struct {
		const char *text;
		uint32_t id;
	} recent[RECENT];
};
static struct names *names;

static uint32_t hash_text(const char *s)
{
	uint32_t h = 2166136261u;

	for (; *s; s++)
		h = (h ^ (uint8_t)*s) * 16777619u;
	return h;
}

static void hash_put(uint32_t id)
{
	uint32_t i = hash_text(names->name[id]) & (names->hash_room - 1);

	while (names->hash[i])
		i = (i + 1) & (names->hash_room - 1);
	names->hash[i] = id;
}

/* The part of this library that nobody can write to, and which the text of a literal lies in. */
static int find_literals(struct dl_phdr_info *info, size_t size, void *literal)
{
	const uintptr_t at = (uintptr_t)literal;

	(void)size;
	for (int i = 0; i < info->dlpi_phnum; i++) {
		const ElfW(Phdr) *ph = &info->dlpi_phdr[i];
		const uintptr_t first = info->dlpi_addr + ph->p_vaddr;

		if (ph->p_type != PT_LOAD || ph->p_flags & PF_W || at < first ||
		    at - first >= ph->p_memsz)
			continue;
		names->literals = first;
		names->literals_end = first + ph->p_memsz;
		return 1;
	}
	return 0;
}

static void grow(void)
{
	if (!names)
		names = calloc(1, sizeof(*names));
	if (!names)
		abort();
	if (!names->room)
		dl_iterate_phdr(find_literals, (void *)"a literal");
	names->room = names->room ? 2 * names->room : 256;
	names->name = realloc(names->name, names->room * sizeof(*names->name));
	names->hash_room = 2 * names->room;
	free(names->hash);
	names->hash = calloc(names->hash_room, sizeof(*names->hash));
	if (!names->name || !names->hash)
		abort();
	if (!names->count)
		names->name[names->count++] = NULL; /* id 0 = no name */
	for (uint32_t id = 1; id < names->count; id++)
		hash_put(id);
}

static uint32_t add(const char *name)
{
	unsigned depth = arena_depth_set(0);
	uint32_t i;

	if (!names || names->count == names->room)
		grow();
	for (i = hash_text(name) & (names->hash_room - 1); names->hash[i];)
		i = (i + 1) & (names->hash_room - 1);
	names->name[names->count] = strdup(name);
	if (!names->name[names->count])
		abort();
	names->hash[i] = names->count;
	arena_depth_set(depth);
	return names->count++;
}

static uint32_t find_or_add(const char *name)
{
	for (uint32_t i = hash_text(name) & (names->hash_room - 1); names->hash[i];
	     i = (i + 1) & (names->hash_room - 1))
		if (!strcmp(names->name[names->hash[i]], name))
			return names->hash[i];
	return add(name);
}

uint32_t trace_intern(const char *name)
{
	const uint32_t slot = (uint32_t)((uintptr_t)name * 0x9e3779b1u >> 24) % RECENT;
	uint32_t id;

	if (!name)
		return 0;
	if (!names)
		return add(name);
	id = names->recent[slot].id;
	if (names->recent[slot].text == name &&
	    (((uintptr_t)name >= names->literals && (uintptr_t)name < names->literals_end) ||
	     !strcmp(names->name[id], name)))
		return id;
	id = find_or_add(name);
	names->recent[slot].text = name;
	names->recent[slot].id = id;
	return id;
}

const char *trace_name(uint32_t id)
{
	return names && id > 0 && id < names->count ? names->name[id] : "-";
}

__attribute__((destructor)) static void drop_names(void)
{
	for (uint32_t id = 1; names && id < names->count; id++)
		free(names->name[id]);
	if (names) {
		free(names->name);
		free(names->hash);
	}
	free(names);
	names = NULL;
}
