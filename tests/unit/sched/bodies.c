/* SPDX-License-Identifier: BSD-3-Clause */
#include "bodies.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>
#include "kside.h"
#include "kworld.h"

struct task_struct *task[8];
unsigned char order[64];
unsigned count;
unsigned inside, max_inside;
uint64_t at_ns[8];
long result[8];

struct task_struct *start(const char *comm, void (*fn)(void *), void *arg, int pe)
{
	struct ktask_attr a = {.start_pe = pe, .affinity = pe >= 0 ? 1ULL << pe : 0};

	return ktask_create_user(machine->linux, comm, fn, arg, &a);
}

void run(unsigned pes, void (*ready)(void *), unsigned done)
{
	struct kworld w;

	kworld_init(&w, pes);
	count = inside = max_inside = 0;
	memset(order, 0, sizeof(order));
	kworld_run(&w, ready, (void *)(uintptr_t)done, 20 * SEC);
	assert_int_equal(w.stop, MACHINE_DONE);
	assert_int_equal(w.m->report.count, 0);
	kworld_end(&w);
}

void enter(void)
{
	if (++inside > max_inside)
		max_inside = inside;
}
