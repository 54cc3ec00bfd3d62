/* SPDX-License-Identifier: BSD-3-Clause */
#include "host/campaign_wire.h"

#include <stdlib.h>
#include <string.h>

void wire_put(struct wire *w, const void *p, size_t bytes)
{
	if (w->used + bytes > w->room) {
		size_t room = (w->used + bytes) * 2;
		uint8_t *more = realloc(w->p, room);

		if (!more)
			abort();
		w->p = more;
		w->room = room;
	}
	if (bytes)
		memcpy(w->p + w->used, p, bytes);
	w->used += bytes;
}

void wire_get(struct wire *w, void *p, size_t bytes)
{
	if (w->bad || bytes > w->used - w->at) {
		w->bad = true;
		memset(p, 0, bytes);
		return;
	}
	memcpy(p, w->p + w->at, bytes);
	w->at += bytes;
}

void wire_begin(struct wire *w, enum wire_kind kind)
{
	struct wire_head head = {.kind = kind};

	w->used = w->at = 0;
	w->bad = false;
	wire_put(w, &head, sizeof(head));
}

void wire_end(struct wire *w)
{
	((struct wire_head *)w->p)->bytes = (uint32_t)(w->used - sizeof(struct wire_head));
}

void wire_free(struct wire *w)
{
	free(w->p);
	*w = (struct wire){0};
}

void wire_put_text(struct wire *w, const char *text)
{
	uint32_t n = text ? (uint32_t)strlen(text) : 0;

	wire_put(w, &n, sizeof(n));
	wire_put(w, text, n);
}

char *wire_get_text(struct wire *w)
{
	uint32_t n;
	char *text;

	wire_get(w, &n, sizeof(n));
	if (!n || w->bad || n > w->used - w->at)
		return NULL;
	text = malloc(n + 1);
	if (!text)
		abort();
	wire_get(w, text, n);
	text[n] = 0;
	return text;
}

void wire_put_slice_job(struct wire *w, const struct job_slice *job, const struct hunt *h)
{
	wire_put(w, &job->number, sizeof(job->number));
	wire_put(w, &job->fatal_count, sizeof(job->fatal_count));
	wire_put(w, job->fatal, job->fatal_count * sizeof(*job->fatal));
	if (!h->strategy->round_slices)
		return;
	wire_put(w, &h->corpus, sizeof(h->corpus));
	wire_put(w, &h->round_seen, sizeof(h->round_seen));
}

void wire_get_slice_job(struct wire *w, struct job_slice *job, struct hunt *h)
{
	*job = (struct job_slice){0};
	wire_get(w, &job->number, sizeof(job->number));
	wire_get(w, &job->fatal_count, sizeof(job->fatal_count));
	job->fatal = calloc(job->fatal_count + 1, sizeof(*job->fatal));
	if (!job->fatal)
		abort();
	wire_get(w, job->fatal, job->fatal_count * sizeof(*job->fatal));
	if (!h->strategy->round_slices)
		return;
	wire_get(w, &h->corpus, sizeof(h->corpus));
	wire_get(w, &h->round_seen, sizeof(h->round_seen));
}

void wire_put_slice(struct wire *w, const struct slice *s, bool seen)
{
	const struct campaign *c = &s->c;
	uint64_t shapes = c->shapes.count;
	uint32_t kept = c->kept ? c->kept->count : 0;

	wire_put(w, &s->number, sizeof(s->number));
	wire_put(w, &c->runs, sizeof(c->runs));
	wire_put(w, &c->failed, sizeof(c->failed));
	wire_put(w, &c->points, sizeof(c->points));
	wire_put(w, &c->passed, sizeof(c->passed));
	wire_put(w, &c->cut, sizeof(c->cut));
	wire_put(w, &c->slices, sizeof(c->slices));
	wire_put(w, &c->unmet, sizeof(c->unmet));
	wire_put(w, &c->finding_count, sizeof(c->finding_count));
	wire_put(w, c->finding, c->finding_count * sizeof(c->finding[0]));
	wire_put(w, &shapes, sizeof(shapes));
	for (size_t i = 0; i < c->shapes.room; i++)
		if (c->shapes.set[i])
			wire_put(w, &c->shapes.set[i], sizeof(uint64_t));
	wire_put(w, &kept, sizeof(kept));
	if (kept)
		wire_put(w, c->kept->plan, kept * sizeof(struct plan));
	wire_put(w, &seen, sizeof(seen));
	if (seen)
		wire_put(w, &s->seen, sizeof(s->seen));
	wire_put_text(w, s->text);
}

struct slice *wire_get_slice(struct wire *w)
{
	struct slice *s = calloc(1, sizeof(*s));
	uint64_t shapes, shape;
	uint32_t kept;
	bool seen;

	if (!s)
		abort();
	wire_get(w, &s->number, sizeof(s->number));
	wire_get(w, &s->c.runs, sizeof(s->c.runs));
	wire_get(w, &s->c.failed, sizeof(s->c.failed));
	wire_get(w, &s->c.points, sizeof(s->c.points));
	wire_get(w, &s->c.passed, sizeof(s->c.passed));
	wire_get(w, &s->c.cut, sizeof(s->c.cut));
	wire_get(w, &s->c.slices, sizeof(s->c.slices));
	wire_get(w, &s->c.unmet, sizeof(s->c.unmet));
	wire_get(w, &s->c.finding_count, sizeof(s->c.finding_count));
	w->bad |= s->c.finding_count > FINDINGS_MAX;
	wire_get(w, s->c.finding, w->bad ? 0 : s->c.finding_count * sizeof(s->c.finding[0]));
	wire_get(w, &shapes, sizeof(shapes));
	while (shapes-- && !w->bad) {
		wire_get(w, &shape, sizeof(shape));
		shapes_add(&s->c.shapes, shape);
	}
	wire_get(w, &kept, sizeof(kept));
	if (kept && kept <= CORPUS_MAX) {
		s->c.kept = calloc(1, sizeof(*s->c.kept));
		if (!s->c.kept)
			abort();
		s->c.kept->count = kept;
		wire_get(w, s->c.kept->plan, kept * sizeof(struct plan));
	}
	wire_get(w, &seen, sizeof(seen));
	if (seen)
		wire_get(w, &s->seen, sizeof(s->seen));
	s->text = wire_get_text(w);
	if (!w->bad)
		return s;
	slice_free(s);
	return NULL;
}
