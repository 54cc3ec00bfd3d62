/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Each event is hashed with its time, its PE and its fields; names count by their text, not by the
 * order in which a process first met them. Two runs are compared by these hashes, so the first
 * event that differs is found; what both runs did there is told from the records.
 */
#include "host/digest.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#define XXH_INLINE_ALL
#include <xxhash.h>

#include "host/show.h"
#include "host/words.h"

/* Whole records kept of a first run (64 MiB); of later events only the hash is. */
#define RECORDS_KEPT 700000u

static uint64_t *names; /* their hashes, by id; 0 = not known yet */
static uint32_t names_room;

static uint64_t name_hash_first(uint32_t id)
{
	const char *name = id ? trace_name(id) : "";
	const uint64_t hash = XXH3_64bits(name, strlen(name)) | 1;

	if (id >= names_room) {
		uint32_t more = names_room ? names_room : 256;
		uint64_t *p;

		while (more <= id)
			more *= 2;
		p = realloc(names, more * sizeof(*p));
		if (!p)
			return hash;
		memset(p + names_room, 0, (more - names_room) * sizeof(*p));
		names = p;
		names_room = more;
	}
	return names[id] = hash;
}

static inline uint64_t name_hash(uint32_t id)
{
	return id < names_room && names[id] ? names[id] : name_hash_first(id);
}

/* What is the same for all events of a kind. */
struct known_kind {
	uint64_t hash; /* of its name */
	uint8_t fields, names;
};

static struct known_kind known_kind_of(const struct trace_kind *k)
{
	struct known_kind known = {.hash = XXH3_64bits(k->name, strlen(k->name)),
				   .names = k->names};

	while (known.fields < TRACE_ARGS && k->fields[known.fields])
		known.fields++;
	return known;
}

static const struct known_kind *known_kinds(void)
{
	size_t count;
	const struct trace_kind *const *k = trace_kinds(&count);
	struct known_kind *known = calloc(count, sizeof(*known));

	for (size_t i = 0; known && i < count; i++)
		known[i] = known_kind_of(k[i]);
	return known;
}

/* Most of what an event costs is here: the hash is inline, for the length that it has. */
static inline uint64_t record_hash(const struct trace_rec *rec)
{
	static const struct known_kind *all;
	struct known_kind k;
	uint64_t words[TRACE_ARGS + 4] = {rec->time_ns, rec->pe, name_hash(rec->who)};

	if (!all)
		all = known_kinds();
	k = all ? all[rec->kind] : known_kind_of(trace_kind_by_id(rec->kind));
	words[3] = k.hash;
	for (int i = 0; i < k.fields; i++)
		words[4 + i] = k.names >> i & 1 ? name_hash((uint32_t)rec->arg[i]) : rec->arg[i];
	return XXH3_64bits(words, sizeof(words));
}

/* Room for one more element; false when there is no memory. */
static bool grow(void **array, size_t *room, size_t count, size_t bytes)
{
	const size_t more = *room ? 2 * *room : 4096;
	void *p;

	if (count < *room)
		return true;
	p = realloc(*array, more * bytes);
	if (!p)
		return false;
	*array = p;
	*room = more;
	return true;
}

/* Without memory the comparison reaches less far, nothing else. */
static void keep(struct digest *d, uint64_t hash, const struct trace_rec *rec)
{
	if (d->hash_count == d->count &&
	    grow((void **)&d->hash, &d->hash_room, d->count, sizeof(*d->hash)))
		d->hash[d->hash_count++] = hash;
	if (d->rec_count == d->count && d->count < RECORDS_KEPT &&
	    grow((void **)&d->rec, &d->rec_room, d->count, sizeof(*d->rec)))
		d->rec[d->rec_count++] = *rec;
}

static void describe(const struct trace_rec *rec, char *out, size_t bytes)
{
	char text[300];

	show_record(rec, text, sizeof(text));
	snprintf(out, bytes, "%s on PE%u: %s", text_ms(rec->time_ns), rec->pe, text);
}

/* @rec: what the second run did, NULL = it had ended. */
static void differ(struct digest *d, const struct trace_rec *rec)
{
	const struct digest *first = d->first;
	char a[400] = "an event that was not kept", b[400] = "nothing more";

	if (d->count >= first->count)
		snprintf(a, sizeof(a), "nothing more");
	else if (d->count < first->rec_count)
		describe(&first->rec[d->count], a, sizeof(a));
	if (rec)
		describe(rec, b, sizeof(b));
	d->differs = true;
	snprintf(d->difference, sizeof(d->difference),
		 "event %" PRIu64 "\n        first run   %s\n        second run  %s", d->count, a,
		 b);
}

void digest_see(struct digest *d, const struct trace_rec *rec)
{
	const uint64_t h = record_hash(rec);

	d->value = XXH64(&h, sizeof(h), d->value);
	if (d->keep)
		keep(d, h, rec);
	if (d->first && !d->differs &&
	    (d->count >= d->first->count ||
	     (d->count < d->first->hash_count && d->first->hash[d->count] != h)))
		differ(d, rec);
	d->count++;
}

void digest_end(struct digest *d)
{
	if (d->first && !d->differs && d->count < d->first->count)
		differ(d, NULL);
}

void digest_free(struct digest *d)
{
	free(d->hash);
	free(d->rec);
	d->hash = NULL;
	d->rec = NULL;
}
