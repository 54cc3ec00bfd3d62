/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Many machines one after another in one process (issue 2, item 1; design 4, 9): each run of a
 * world emits the same records as the first one, whatever ran in between, and host memory stops
 * growing.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <malloc.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <cmocka.h>
#ifdef HAVE_VALGRIND_H
#include <valgrind/valgrind.h>
#endif
#include "core/trace.h"
#include "ffasim/client.h"
#include "ffasim/services.h"
#include "host/world.h"

#define WORLDS 200
#define WARM 20 /* pools have their size after so many */

static struct world w;
static uint64_t digest, records;
static int invokes;

static void mix(uint64_t value)
{
	digest = (digest ^ value) * 0x9e3779b97f4a7c15u;
	digest ^= digest >> 29;
}

static void emit(struct trace_sink *sink, const struct trace_rec *rec)
{
	(void)sink;
	mix(rec->time_ns);
	mix((uint64_t)rec->who << 32 | (uint32_t)rec->kind << 16 | rec->pe);
	for (size_t i = 0; i < TRACE_ARGS; i++)
		mix(rec->arg[i]);
	records++;
}

static struct trace_sink sink;

static void wire(struct machine *m, void *arg)
{
	(void)arg;
	sink = (struct trace_sink){.emit = emit};
	trace_add_sink(&m->trace, &sink);
}

static void client(void *arg)
{
	const uint8_t *uuid = ffasim_service_find("echo")->uuid;
	struct ffasim_client c;
	struct ffasim_invoke out;
	struct ffasim_shm shm;
	uint32_t session;

	(void)arg;
	if (ffasim_client_open(&c, "/dev/tee0", 0) ||
	    ffasim_client_open_session(&c, uuid, &session) ||
	    ffasim_client_shm_alloc(&c, 4096, &shm))
		machine_stop(w.m, MACHINE_HALTED, "the client cannot start");
	for (int i = 0; i < 3; i++) {
		memset(shm.ptr, i, 16);
		invokes += !ffasim_client_invoke(&c, session, 0 /* echo */, &shm, 16, &out);
	}
	ffasim_client_close(&c);
	machine_stop(machine, MACHINE_DONE, NULL);
}

static void ready(void *arg)
{
	(void)arg;
	ktask_create_user(w.k, "client", client, NULL, NULL);
}

static uint64_t one(unsigned pes, enum preempt_model model)
{
	static struct world_config cfg;

	world_config_init(&cfg);
	cfg.machine.pe_count = pes;
	cfg.linux_cfg.preempt = model;
	cfg.partition[0] =
		(struct world_partition){.name = "echo", .manifest = "sps/echo/echo.dts"};
	cfg.partition_count = 1;
	cfg.ready = ready;
	cfg.wire = wire;
	digest = records = 0;
	invokes = 0;
	if (world_create(&w, &cfg))
		fail_msg("%s", w.error);
	assert_int_equal(world_run(&w), MACHINE_DONE);
	assert_int_equal(invokes, 3);
	assert_int_equal(w.m->report.count, 0);
	assert_true(records > 50);
	world_destroy(&w);
	return digest;
}

static void worlds_repeat_and_do_not_grow(void **state)
{
	static const unsigned pes[3] = {1, 4, 64};
	uint64_t first[3] = {0};
	size_t before = 0;

	(void)state;
	for (unsigned i = 0; i < WORLDS; i++) {
		unsigned kind = i % 3;
		uint64_t d = one(pes[kind], kind == 1 ? PREEMPT_MODEL_NONE : PREEMPT_MODEL_FULL);

		if (i < 3)
			first[kind] = d;
		assert_int_equal(d, first[kind]);
		if (i == WARM)
			before = mallinfo2().uordblks;
	}
	assert_true(first[0] != first[1] && first[1] != first[2]);
	/* Not a byte a world: anything kept per world would be 180 times as much. */
	assert_in_range(mallinfo2().uordblks, 0, before + WORLDS - WARM - 1);
}

/* The first one of the process: a machine that there is once is kept. */
static void memory_in_the_way_is_told(void **state)
{
	struct world_config cfg;
	char want[128];
	void *there = mmap((void *)(uintptr_t)PHYS_HOST_BASE, PHYS_PAGE_BYTES, PROT_NONE,
			   MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);

	(void)state;
#ifdef HAVE_VALGRIND_H
	if (RUNNING_ON_VALGRIND) { /* it puts one mapping over the other all the same */
		munmap(there, PHYS_PAGE_BYTES);
		return;
	}
#endif
	assert_ptr_equal(there, (void *)(uintptr_t)PHYS_HOST_BASE);
	world_config_init(&cfg);
	assert_int_not_equal(world_create(&w, &cfg), 0);
	snprintf(want, sizeof(want),
		 "no simulated memory at %#llx of this process: something else lies there",
		 (unsigned long long)PHYS_HOST_BASE);
	assert_string_equal(w.error, want);
	world_destroy(&w);
	assert_int_equal(munmap(there, PHYS_PAGE_BYTES), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(memory_in_the_way_is_told),
		cmocka_unit_test(worlds_repeat_and_do_not_grow),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
