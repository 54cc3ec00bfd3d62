/* SPDX-License-Identifier: BSD-3-Clause */
/* See places.h. */
#include "host/places.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

void places_start(struct places *p, const struct scn *s)
{
	*p = (struct places){.s = s};
	for (size_t i = 0; i < s->decide_at_count; i++)
		for (size_t k = 0; k < s->decide_at[i]->kind_count; k++)
			trace_kinds_add(&p->kinds, s->decide_at[i]->kind[k].id);
}

/* Events of partitions have their name in the field `sp`, wherever that is. */
static uint32_t sp_of(const struct trace_rec *rec)
{
	const struct trace_kind *kind = trace_kind_by_id(rec->kind);

	for (int i = 0; i < TRACE_ARGS && kind->fields[i]; i++)
		if (!strcmp(kind->fields[i], "sp$"))
			return (uint32_t)rec->arg[i];
	return 0;
}

bool places_see(struct places *p, const struct trace_rec *rec, uint64_t at)
{
	bool named = false;

	if (!trace_kinds_have(&p->kinds, rec->kind))
		return false;
	for (size_t i = 0; i < p->s->decide_at_count; i++) {
		if (!epat_match(p->s->decide_at[i], rec))
			continue;
		p->passed[i]++;
		if (named) /* the first that fits gives the name */
			continue;
		named = true;
		p->last = i;
		p->sp = sp_of(rec);
		p->at = at;
	}
	return named;
}

void places_text(const struct places *p, uint64_t at, char *out, size_t bytes)
{
	out[0] = 0;
	if (!p->at || p->at != at)
		return;
	snprintf(out, bytes, " at %s, passage %" PRIu64, p->s->decide_at[p->last]->text,
		 p->passed[p->last]);
	for (char *c = out; *c; c++) /* it goes into a file, in quotes */
		if (*c == '"' || *c == '\\')
			*c = '\'';
}

uint32_t places_sp(const struct places *p, uint64_t at)
{
	return p->at && p->at == at ? p->sp : 0;
}
