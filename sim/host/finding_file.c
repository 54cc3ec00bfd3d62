/* SPDX-License-Identifier: BSD-3-Clause */
/* A scenario as text, whole or with something cut out, and the file a finding becomes. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "host/finding.h"

static struct ynode without_items(const struct ynode *list, size_t item, size_t count,
				  struct ynode **room)
{
	struct ynode copy = *list;

	copy.item = room;
	copy.count = 0;
	for (size_t i = 0; i < list->count; i++)
		if (i < item || i >= item + count)
			room[copy.count++] = list->item[i];
	return copy;
}

/* Lists and maps on the way to the cut are copied, the rest is shared. */
char *finding_text(const struct scn *s, const struct finding_cut *cut)
{
	struct ynode root = *s->root, list = {0}, task = {0}, steps = {0};
	struct ynode *key[32], *item[32], *task_item[32];
	size_t most = 1, bytes;
	struct ynode **room, **step_room;
	char *text = NULL;
	FILE *f;

	for (size_t i = 0; i < s->root->count; i++)
		if (s->root->item[i]->count > most)
			most = s->root->item[i]->count;
	room = calloc(most, sizeof(*room));
	step_room = calloc(4096, sizeof(*step_room));
	f = open_memstream(&text, &bytes);
	if (!room || !step_room || !f)
		abort();
	root.key = key;
	root.item = item;
	root.count = 0;
	for (size_t i = 0; i < s->root->count && root.count < 32; i++) {
		const char *name = s->root->key[i]->text;
		struct ynode *value = s->root->item[i];
		bool steps_here =
			cut->list && !strcmp(cut->list, "steps") && !strcmp(name, "tasks");

		if (!strcmp(name, "decisions"))
			continue;
		if (cut->list && !strcmp(cut->list, name)) {
			list = without_items(value, cut->item, cut->count, room);
			value = &list;
		} else if (steps_here) {
			list = without_items(value, 0, 0, room);
			task = *value->item[cut->task];
			task.item = task_item;
			for (size_t k = 0; k < task.count && k < 32; k++) {
				task_item[k] = value->item[cut->task]->item[k];
				if (strcmp(task.key[k]->text, "steps"))
					continue;
				steps = without_items(task_item[k], cut->item, cut->count,
						      step_room);
				task_item[k] = &steps;
			}
			room[cut->task] = &task;
			value = &list;
		}
		if (value == &list && !list.count)
			continue; /* an empty section says nothing */
		key[root.count] = s->root->key[i];
		item[root.count++] = value;
	}
	ynode_write(f, &root);
	fclose(f);
	free(room);
	free(step_room);
	return text;
}

char *finding_scenario_text(const struct scn *s)
{
	return finding_text(s, &(struct finding_cut){0});
}

static void write_decisions(FILE *f, const struct plan *plan, const struct picture *p)
{
	fputs(plan->count ? "decisions:\n" : "", f);
	for (unsigned i = 0; i < plan->count; i++) {
		char one[120];

		decision_text(&plan->d[i], one, sizeof(one));
		if (!p) {
			fprintf(f, "  - %s\n", one);
			continue;
		}
		one[strlen(one) - 1] = 0;
		fprintf(f, "  - %s, in: \"%s\"}\n", one, picture_where(p, &plan->d[i]));
	}
}

/* The folder of a file, one level deep. */
static void make_folder(const char *path)
{
	char dir[512];
	char *end;

	snprintf(dir, sizeof(dir), "%s", path);
	end = strrchr(dir, '/');
	if (!end)
		return;
	*end = 0;
	mkdir(dir, 0777);
}

/* Whole or not at all: somebody may be reading the folder, and we may be killed. */
void finding_save(const struct scn *s, struct finding_job *job, const struct picture *p)
{
	char *text = finding_scenario_text(s), new[sizeof(job->saved) + 4];
	FILE *f;

	make_folder(job->saved);
	snprintf(new, sizeof(new), "%s.new", job->saved);
	f = fopen(new, "we");
	if (!f || !text)
		goto fail;
	fprintf(f, "# SPDX-License-Identifier: BSD-3-Clause\n# Goal: %s\n%s", job->goal, text);
	write_decisions(f, &job->plan, p);
	if (fclose(f) || rename(new, job->saved)) {
		f = NULL;
		unlink(new);
		goto fail;
	}
	free(text);
	return;
fail:
	if (f)
		fclose(f);
	fprintf(stderr, "%s: %s\n", job->saved, strerror(errno));
	job->saved[0] = 0;
	free(text);
}

void finding_keep(const struct finding_job *job, struct kept_finding *kept)
{
	kept->tried = true;
	kept->decisions = job->plan.count;
	kept->lines = job->lines;
	snprintf(kept->file, sizeof(kept->file), "%s", job->saved);
}
