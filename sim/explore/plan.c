/* SPDX-License-Identifier: BSD-3-Clause */
/* Plans as text and values; follow.c follows one. */
#include "explore/explore.h"
#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool decision_is_point(uint8_t kind)
{
	return kind == ORACLE_HOLD || kind == ORACLE_IRQ || kind == ORACLE_PREEMPT ||
	       kind == ORACLE_MOVE || kind == DECIDE_ANY;
}

static void fault_text(const struct decision *d, char *out, size_t bytes)
{
	size_t count;
	const struct fault_site *site = fault_sites(&count)[d->site];
	char value[40] = "", times[24] = "";

	if (d->value)
		snprintf(value, sizeof(value), ", value: %" PRId64, site->values[d->value]);
	if (d->answer)
		snprintf(times, sizeof(times), ", times: %u",
			 d->answer == FAULT_FOREVER ? 0 : d->answer);
	snprintf(out, bytes, "{fault: %s, nth: %u%s%s}", site->name, d->at, value, times);
}

void decision_text(const struct decision *d, char *out, size_t bytes)
{
	switch (d->kind) {
	case ORACLE_HOLD:
		snprintf(out, bytes, "{at: %u, do: hold}", d->at);
		break;
	case ORACLE_IRQ:
		snprintf(out, bytes, "{at: %u, do: irq}", d->at);
		break;
	case ORACLE_PREEMPT:
		snprintf(out, bytes, "{at: %u, do: preempt}", d->at);
		break;
	case ORACLE_MOVE:
		snprintf(out, bytes, "{at: %u, do: move, to: %u}", d->at, d->answer);
		break;
	case ORACLE_FAULT:
		fault_text(d, out, bytes);
		break;
	default:
		snprintf(out, bytes, "{question: %u, answer: %u}", d->at, d->answer);
		break;
	}
}

void plan_text(const struct plan *plan, char *out, size_t bytes)
{
	size_t used = 0;

	out[0] = 0;
	for (unsigned i = 0; i < plan->count && used + 2 < bytes; i++) {
		char text[96];

		decision_text(&plan->d[i], text, sizeof(text));
		used += (size_t)snprintf(out + used, bytes - used, "%s%s", i ? " " : "", text);
	}
}

bool decision_fault_value(struct decision *d, int64_t value)
{
	size_t sites;
	const struct fault_site *site = fault_sites(&sites)[d->site];

	d->value = 0;
	if (value == FAULT_USUAL)
		return true;
	for (; d->value < site->value_count; d->value++)
		if (site->values[d->value] == value)
			return true;
	return false;
}

/* What may stand behind the passage; how many characters. A @d without kind: no such site, value.
 */
static int fault_parse(const char *p, const char *name, struct decision *d)
{
	const int site = fault_find(name);
	int64_t value = FAULT_USUAL;
	int used = 0, more = 0;

	if (sscanf(p, ", value: %" SCNd64 "%n", &value, &more) == 1)
		used += more;
	more = 0;
	if (sscanf(p + used, ", times: %u%n", &d->answer, &more) == 1) {
		used += more;
		if (!d->answer)
			d->answer = FAULT_FOREVER;
	}
	if (site < 0)
		return used;
	d->site = (uint16_t)site;
	if (decision_fault_value(d, value))
		d->kind = ORACLE_FAULT;
	return used;
}

/* One decision; where it ends, or NULL. */
static const char *decision_parse(const char *p, struct decision *d)
{
	char word[64] = "";
	int used = 0, n;

	*d = (struct decision){0};
	if (sscanf(p, "{at: %u, do: move, to: %u}%n", &d->at, &d->answer, &used) == 2 && used) {
		d->kind = ORACLE_MOVE;
	} else if (sscanf(p, "{at: %u, do: %15[a-z]}%n", &d->at, word, &used) == 2 && used) {
		n = !strcmp(word, "hold")      ? ORACLE_HOLD
		    : !strcmp(word, "irq")     ? ORACLE_IRQ
		    : !strcmp(word, "preempt") ? ORACLE_PREEMPT
					       : -1;
		if (n < 0)
			return NULL;
		d->kind = (uint8_t)n;
	} else if (sscanf(p, "{question: %u, answer: %u}%n", &d->at, &d->answer, &used) == 2 &&
		   used) {
		d->kind = ORACLE_PE;
	} else if (sscanf(p, "{fault: %63[^,], nth: %u%n", word, &d->at, &used) == 2 && used) {
		used += fault_parse(p + used, word, d);
		if (p[used] != '}' || !d->kind)
			return NULL;
		used++;
	} else {
		return NULL;
	}
	return p + used;
}

bool plan_parse(const char *text, struct plan *plan)
{
	*plan = (struct plan){0};
	while (*text) {
		struct decision d;

		text = decision_parse(text, &d);
		if (!text || !plan_add(plan, &d))
			return false;
		while (*text == ' ')
			text++;
	}
	return true;
}

bool plan_add(struct plan *plan, const struct decision *d)
{
	if (plan->count == DECISIONS_MAX)
		return false;
	plan->d[plan->count++] = *d;
	return true;
}

static int by_place(const void *a, const void *b)
{
	const struct decision *x = a, *y = b;
	int px = !decision_is_point(x->kind), py = !decision_is_point(y->kind);

	if (px != py)
		return px - py;
	if ((x->kind == ORACLE_FAULT) != (y->kind == ORACLE_FAULT))
		return (x->kind == ORACLE_FAULT) - (y->kind == ORACLE_FAULT);
	if (x->at != y->at)
		return x->at < y->at ? -1 : 1;
	if (x->site != y->site)
		return x->site < y->site ? -1 : 1;
	if (x->answer != y->answer)
		return x->answer < y->answer ? -1 : 1;
	return x->value - y->value;
}

void plan_sort(struct plan *plan)
{
	qsort(plan->d, plan->count, sizeof(plan->d[0]), by_place);
}

bool plan_equal(const struct plan *a, const struct plan *b)
{
	if (a->count != b->count)
		return false;
	for (unsigned i = 0; i < a->count; i++)
		if (a->d[i].kind != b->d[i].kind || a->d[i].at != b->d[i].at ||
		    a->d[i].answer != b->d[i].answer || a->d[i].site != b->d[i].site ||
		    a->d[i].value != b->d[i].value)
			return false;
	return true;
}

uint64_t cause_of(const char *text)
{
	uint64_t h = 14695981039346656037ULL;

	while (*text) {
		if (isdigit((unsigned char)*text)) {
			/* also the hex digits that go on */
			while (isxdigit((unsigned char)*text) || *text == 'x' || *text == '.')
				text++;
			h = (h ^ '#') * 1099511628211ULL;
			continue;
		}
		h = (h ^ (uint8_t)*text++) * 1099511628211ULL;
	}
	return h;
}
