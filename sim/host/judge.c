/* SPDX-License-Identifier: BSD-3-Clause */
/* Expectations against a trace. */
#include "host/judge.h"

#include <ctype.h>
#include <stdarg.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "host/show.h"

static void want(struct judge *j, size_t rule, const struct epat *p)
{
	for (size_t i = 0; p && i < p->kind_count; i++)
		j->by_kind[p->kind[i].id * j->words + rule / 64] |= 1ull << (rule % 64);
}

int judge_init(struct judge *j, const struct scn *s)
{
	const struct trace_kind *irq = trace_kind_find("irq.taken");

	memset(j, 0, sizeof(*j));
	trace_kinds(&j->kind_count);
	lockstat_init(&j->locks);
	j->s = s;
	j->irq_taken = irq ? irq->id : -1;
	j->rule_count = s->expect_count;
	j->words = (j->rule_count + 63) / 64 + 1;
	j->rule = calloc(j->rule_count + 1, sizeof(*j->rule));
	j->by_kind = calloc(j->words * (j->kind_count + 1), sizeof(*j->by_kind));
	if (!j->rule || !j->by_kind)
		return -ENOMEM;
	for (size_t i = 0; i < j->rule_count; i++) {
		const struct scn_expectation *e = &s->expect[i];

		j->rule[i].e = e;
		j->rule[i].hits = calloc(e->pat_count + 3, sizeof(uint64_t));
		if (!j->rule[i].hits)
			return -ENOMEM;
		for (size_t p = 0; p < e->pat_count; p++)
			want(j, i, e->pat[p]);
		want(j, i, e->event);
		want(j, i, e->of);
		want(j, i, e->equal_to);
	}
	return 0;
}

void judge_finish(struct judge *j)
{
	for (size_t i = 0; i < j->rule_count; i++)
		free(j->rule[i].hits);
	free(j->rule);
	free(j->by_kind);
	lockstat_finish(&j->locks);
}

static void see(struct judge_rule *r, const struct trace_rec *rec)
{
	const struct scn_expectation *e = r->e;

	switch (e->kind) {
	case EXPECT_ORDER:
		if (r->next < e->pat_count && epat_match(e->pat[r->next], rec)) {
			r->next++;
			r->last_ns = rec->time_ns;
		}
		break;
	case EXPECT_ALWAYS:
		for (size_t p = 0; p < e->pat_count; p++) {
			if (epat_match(e->pat[p], rec)) {
				r->hits[p]++;
			} else if (epat_match_but_fields(e->pat[p], rec) && !r->broken) {
				r->broken = true;
				r->bad = *rec;
			}
		}
		break;
	case EXPECT_NEVER:
	case EXPECT_SOMETIMES:
		for (size_t p = 0; p < e->pat_count; p++) {
			if (!epat_match(e->pat[p], rec))
				continue;
			if (!r->hits[p]++ && !r->broken) {
				r->broken = e->kind == EXPECT_NEVER;
				r->bad = *rec;
			}
		}
		break;
	case EXPECT_COUNT:
		r->hits[0] += epat_match(e->event, rec);
		r->hits[1] += e->of && epat_match(e->of, rec);
		r->hits[2] += e->equal_to && epat_match(e->equal_to, rec);
		break;
	default:
		break;
	}
}

void judge_see(struct judge *j, const struct trace_rec *rec)
{
	const uint64_t *want_bits = &j->by_kind[rec->kind * j->words];

	if (rec->kind == j->irq_taken && rec->pe < PE_MAX &&
	    rec->arg[1] > j->irq_latency_max_ns[rec->pe])
		j->irq_latency_max_ns[rec->pe] = rec->arg[1];
	lockstat_see(&j->locks, rec);
	for (size_t w = 0; w < j->words; w++) {
		uint64_t bits = want_bits[w];

		while (bits) {
			see(&j->rule[w * 64 + (size_t)__builtin_ctzll(bits)], rec);
			bits &= bits - 1;
		}
	}
}

void judge_hears(const struct judge *j, struct trace_kinds *kinds)
{
	const int own[] = {j->irq_taken, j->locks.wait, j->locks.acquired, j->locks.released};

	for (size_t i = 0; i < sizeof(own) / sizeof(own[0]); i++)
		if (own[i] >= 0)
			trace_kinds_add(kinds, (uint16_t)own[i]);
	for (size_t i = 0; i < j->kind_count; i++)
		for (size_t w = 0; w < j->words; w++)
			if (j->by_kind[i * j->words + w])
				trace_kinds_add(kinds, (uint16_t)i);
}

bool judge_log_match(const char *pattern, const char *line)
{
	for (; *pattern; pattern++, line++) {
		if (*pattern == '*') {
			do {
				if (judge_log_match(pattern + 1, line))
					return true;
			} while (*line++);
			return false;
		}
		if (*pattern == '{' && (isdigit((unsigned char)pattern[1]) || pattern[1] == '}')) {
			char *end;
			unsigned long long lo = 0, hi = ~0ull, v;

			if (!isdigit((unsigned char)*line))
				return false;
			if (pattern[1] != '}') {
				lo = hi = strtoull(pattern + 1, &end, 10);
				if (!strncmp(end, "..", 2))
					hi = strtoull(end + 2, &end, 10);
			}
			pattern = strchr(pattern, '}');
			v = strtoull(line, &end, 10);
			if (!pattern || v < lo || v > hi)
				return false;
			line = end - 1;
			continue;
		}
		if (*pattern != *line)
			return false;
	}
	return !*line;
}

/* A pattern may match anywhere in a line. */
static bool log_has(const struct judge_end *end, const char *pattern, const char **found)
{
	for (size_t i = 0;; i++) {
		const char *line = end->log_line ? end->log_line(end->ctx, i) : NULL;

		if (!line)
			return false;
		*found = line;
		for (const char *p = line; *p; p++) {
			char buf[512];

			snprintf(buf, sizeof(buf), "%s*", pattern);
			if (judge_log_match(buf, p))
				return true;
		}
	}
}

static bool fail(struct report *report, const struct scn_expectation *e, const char *fmt, ...)
{
	char text[512];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	report_add(report, FINDING_EXPECTATION, NULL, "%s:%d: %s", e->node->file, e->node->line,
		   text);
	return false;
}

static bool end_count(struct judge_rule *r, struct report *report)
{
	const struct scn_expectation *e = r->e;
	unsigned long long n = r->hits[0];

	if (e->has_min && n < e->min)
		return fail(report, e, "count %s: %llu, expected at least %llu", e->event->text, n,
			    (unsigned long long)e->min);
	if (e->has_max && n > e->max)
		return fail(report, e, "count %s: %llu, expected at most %llu", e->event->text, n,
			    (unsigned long long)e->max);
	if (e->equal_to && n != r->hits[2])
		return fail(report, e, "count %s: %llu, expected as many as %s: %llu",
			    e->event->text, n, e->equal_to->text, (unsigned long long)r->hits[2]);
	if (e->has_ratio) {
		double ratio = r->hits[1] ? (double)n / (double)r->hits[1] : 0;

		if (!r->hits[1] || ratio < e->ratio_lo || ratio > e->ratio_hi)
			return fail(report, e, "count %s: %llu, of %s: %llu, ratio outside %g..%g",
				    e->event->text, n, e->of->text, (unsigned long long)r->hits[1],
				    e->ratio_lo, e->ratio_hi);
	}
	return true;
}

/* scn_bound_words: two of the run, then what, by largest, p99, total, of a lock. */
#define BOUND_LOCKS 2u

static bool bound_value(const struct judge *j, const struct scn_expectation *e,
			const struct judge_end *end, uint64_t *v)
{
	static const enum lockstat_figure figures[] = {LOCKSTAT_LARGEST, LOCKSTAT_P99,
						       LOCKSTAT_TOTAL};
	const unsigned at = e->what - BOUND_LOCKS;

	*v = 0;
	if (e->what >= BOUND_LOCKS)
		return lockstat_figure(&j->locks, e->text, at / 3, figures[at % 3], v);
	if (e->what)
		*v = end->elapsed_ns;
	for (unsigned pe = 0; pe < PE_MAX && !e->what; pe++) {
		if ((e->pe < 0 || (unsigned)e->pe == pe) && j->irq_latency_max_ns[pe] > *v)
			*v = j->irq_latency_max_ns[pe];
	}
	return true;
}

static bool end_bound(struct judge *j, const struct scn_expectation *e, const struct judge_end *end,
		      struct report *report)
{
	const char *sep = e->text ? " of " : "", *lock = e->text ? e->text : "";
	uint64_t v;

	if (!bound_value(j, e, end, &v))
		return fail(report, e, "bound %s: no lock '%s' was used", scn_bound_words[e->what],
			    e->text);
	if (e->has_max && v > e->max)
		return fail(report, e, "bound %s%s%s: %s, expected at most %s",
			    scn_bound_words[e->what], sep, lock, text_ms(v), text_time(e->max));
	if (e->has_min && v < e->min)
		return fail(report, e, "bound %s%s%s: %s, expected at least %s",
			    scn_bound_words[e->what], sep, lock, text_ms(v), text_time(e->min));
	return true;
}

static bool end_rule(struct judge *j, struct judge_rule *r, const struct judge_end *end,
		     struct report *report)
{
	const struct scn_expectation *e = r->e;
	const char *found = "", *state;
	char line[400];

	switch (e->kind) {
	case EXPECT_ORDER:
		if (r->next == e->pat_count)
			return true;
		if (!r->next)
			return fail(report, e, "order: %s (1 of %zu) did not happen",
				    e->pat[0]->text, e->pat_count);
		return fail(report, e, "order: %s (%zu of %zu) did not happen after %s at %s",
			    e->pat[r->next]->text, r->next + 1, e->pat_count,
			    e->pat[r->next - 1]->text, text_ms(r->last_ns));
	case EXPECT_NEVER:
		if (!r->broken)
			return true;
		show_record(&r->bad, line, sizeof(line));
		return fail(report, e, "never: %s happened at %s on PE%u", line,
			    text_ms(r->bad.time_ns), r->bad.pe);
	case EXPECT_ALWAYS:
		if (!r->broken)
			return true;
		show_record(&r->bad, line, sizeof(line));
		return fail(report, e, "always: %s at %s on PE%u", line, text_ms(r->bad.time_ns),
			    r->bad.pe);
	case EXPECT_SOMETIMES:
		for (size_t p = 0; p < e->pat_count; p++) {
			if (!r->hits[p])
				return fail(report, e, "sometimes: %s never happened",
					    e->pat[p]->text);
		}
		return true;
	case EXPECT_COUNT:
		return end_count(r, report);
	case EXPECT_BOUND:
		return end_bound(j, e, end, report);
	case EXPECT_RESULT:
		state = end->task_result ? end->task_result(end->ctx, e->task) : "?";
		return !strcmp(state, e->text) ||
		       fail(report, e, "result: task %s is '%s', expected '%s'",
			    j->s->task[e->task].name, state, e->text);
	case EXPECT_STATE:
		state = end->part_state ? end->part_state(end->ctx, e->part) : "?";
		return !strcmp(state, e->text) ||
		       fail(report, e, "state: partition %s is '%s', expected '%s'",
			    j->s->part[e->part].name, state, e->text);
	case EXPECT_LOG:
		return log_has(end, e->text, &found) ||
		       fail(report, e, "log: no line matches '%s'", e->text);
	case EXPECT_NO_LOG:
		return !log_has(end, e->text, &found) || fail(report, e, "no-log: '%s'", found);
	case EXPECT_STOP:
		return end->stop == e->word ||
		       fail(report, e, "stop: the run ended by '%s', expected '%s'",
			    scn_stop_words[end->stop], scn_stop_words[e->word]);
	case EXPECT_THREADS:
		return end->threads == e->min ||
		       fail(report, e, "threads: %u in use at the end, expected %llu", end->threads,
			    (unsigned long long)e->min);
	case EXPECT_FINDING:
		for (const struct finding *f = report->first; f; f = f->next) {
			if (strstr(f->what, e->text))
				return true;
		}
		return fail(report, e, "finding: nothing found that says '%s'", e->text);
	}
	return true;
}

bool judge_expects_finding(const struct judge *j, const char *what)
{
	for (size_t i = 0; i < j->rule_count; i++) {
		const struct scn_expectation *e = j->rule[i].e;

		if (e->kind == EXPECT_FINDING && strstr(what, e->text))
			return true;
	}
	return false;
}

bool judge_end(struct judge *j, const struct judge_end *end, struct report *report, char *summary,
	       size_t summary_bytes)
{
	size_t used = 0;
	bool ok = true;

	if (summary_bytes)
		summary[0] = '\0';
	for (size_t i = 0; i < j->rule_count; i++) {
		struct judge_rule *r = &j->rule[i];
		const struct scn_expectation *e = r->e;
		char part[160] = "";

		ok &= end_rule(j, r, end, report);
		if (!summary_bytes)
			continue;
		switch (e->kind) {
		case EXPECT_ORDER:
			snprintf(part, sizeof(part), "order %zu/%zu", r->next, e->pat_count);
			break;
		case EXPECT_NEVER:
			snprintf(part, sizeof(part), "never %s%s", e->pat[0]->text,
				 e->pat_count > 1 ? ", ..." : "");
			break;
		case EXPECT_SOMETIMES:
			snprintf(part, sizeof(part), "sometimes %s (%llu)", e->pat[0]->text,
				 (unsigned long long)r->hits[0]);
			break;
		case EXPECT_COUNT:
			snprintf(part, sizeof(part), "%s %llu", e->event->text,
				 (unsigned long long)r->hits[0]);
			break;
		default:
			break;
		}
		if (part[0] && used + strlen(part) + 3 < summary_bytes)
			used += (size_t)snprintf(summary + used, summary_bytes - used, "  %s",
						 part);
	}
	return ok;
}
