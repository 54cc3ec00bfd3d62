/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The main job as a cmocka test: an SP that is preempted on PE0 continues on PE1, registers intact
 * (optee.md S3, golden.md G2), and the bread-and-butter path: share, invoke, unshare.
 * The README shows this file as the first test to copy.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>
#include "ffasim/client.h"
#include "ffasim/services.h"
#include "host/world.h"

#define MS 1000000ull

static struct world w;
static struct world_config cfg; /* large */
static struct {
	int open, session, shm, invoke, munmap, close;
	uint32_t ret;
	unsigned pe_before, pe_after;
	char echoed[16];
} got;

static void new_world(unsigned pes, const char *sp, const char *manifest, void (*client)(void *))
{
	world_config_init(&cfg);
	cfg.machine.pe_count = pes;
	cfg.machine.time_limit_ns = 3600000 * MS;
	cfg.partition[0] = (struct world_partition){.name = sp, .manifest = manifest};
	cfg.partition_count = 1;
	cfg.ready = client;
	memset(&got, 0, sizeof(got));
	assert_int_equal(world_create(&w, &cfg), 0);
}

static void stop_when_exited(struct task_struct *t)
{
	kuser_join(t);
	machine_stop(w.m, MACHINE_DONE, "the client is done");
}

static void echo_client(void *arg)
{
	struct ffasim_client c;
	struct ffasim_shm shm;
	struct ffasim_invoke out;
	uint32_t session;

	(void)arg;
	got.open = ffasim_client_open(&c, NULL, 0x8002);
	if (got.open)
		return;
	got.session = ffasim_client_open_session(&c, ffasim_service_find("echo")->uuid, &session);
	got.shm = ffasim_client_shm_alloc(&c, 4096, &shm);
	if (got.shm)
		return;
	memcpy(shm.ptr, "hello", 5);
	got.invoke = ffasim_client_invoke(&c, session, 1 /* reverse */, &shm, 5, &out);
	got.ret = out.ret;
	memcpy(got.echoed, shm.ptr, 5);
	ffasim_shm_close_fd(&shm);
	got.munmap = ffasim_shm_unmap(&shm);
	got.close = ffasim_client_close(&c);
}

static void watcher(void *arg)
{
	stop_when_exited(arg);
}

static void start_echo(void *arg)
{
	struct task_struct *t;

	(void)arg;
	t = ktask_create_user(w.k, "client", echo_client, NULL, NULL);
	ktask_create_user(w.k, "watcher", watcher, t, NULL);
}

static void share_invoke_unshare(void **state)
{
	(void)state;
	new_world(2, "echo", "sps/echo/echo.dts", start_echo);
	assert_int_equal(world_run(&w), MACHINE_DONE);
	assert_int_equal(got.open, 0);
	assert_int_equal(got.session, 0);
	assert_int_equal(got.shm, 0);
	assert_int_equal(got.invoke, 0);
	assert_int_equal(got.ret, 0);
	assert_memory_equal(got.echoed, "olleh", 5);
	assert_int_equal(got.munmap, 0);
	assert_int_equal(got.close, 0);
	assert_int_equal(w.m->report.count, 0);
	world_destroy(&w);
}

static struct task_struct *spinner;

static void spin_client(void *arg)
{
	struct ffasim_client c;
	struct ffasim_shm shm;
	struct ffasim_invoke out;
	uint32_t session;
	uint64_t work_ns = 20 * MS;

	(void)arg;
	got.open = ffasim_client_open(&c, NULL, 0x8002);
	if (got.open)
		return;
	got.session = ffasim_client_open_session(&c, ffasim_service_find("spin")->uuid, &session);
	got.shm = ffasim_client_shm_alloc(&c, 4096, &shm);
	if (got.shm)
		return;
	memcpy(shm.ptr, &work_ns, 8);
	got.pe_before = pe_self()->id;
	got.invoke = ffasim_client_invoke(&c, session, 1 /* burn */, &shm, 8, &out);
	got.pe_after = pe_self()->id;
	got.ret = out.ret;
	ffasim_shm_close_fd(&shm);
	got.munmap = ffasim_shm_unmap(&shm);
	got.close = ffasim_client_close(&c);
}

static void mover(void *arg)
{
	(void)arg;
	kuser_sleep_ns(6 * MS);
	ktask_migrate(spinner, got.pe_before ^ 1);
	stop_when_exited(spinner);
}

static void start_spin(void *arg)
{
	(void)arg;
	spinner = ktask_create_user(w.k, "client", spin_client, NULL, NULL);
	ktask_create_user(w.k, "mover", mover, NULL, NULL);
}

static void preempted_sp_resumes_on_another_pe(void **state)
{
	(void)state;
	new_world(2, "spin", "sps/spin/spin.dts", start_spin);
	cfg.linux_cfg.preempt = PREEMPT_MODEL_FULL;
	assert_int_equal(world_run(&w), MACHINE_DONE);
	assert_int_equal(got.open, 0);
	assert_int_equal(got.invoke, 0);
	assert_int_equal(got.ret, 0); /* spin's verdict: registers and memory intact */
	assert_int_not_equal(got.pe_before, got.pe_after);
	assert_int_equal(w.m->report.count, 0);
	world_destroy(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(share_invoke_unshare),
		cmocka_unit_test(preempted_sp_resumes_on_another_pe),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
