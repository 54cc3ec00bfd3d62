/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Clients of OP-TEE inside the kernel, against the modelled OP-TEE: the list of TAs becomes devices
 * on the tee bus, a driver binds to one and calls it through the in-kernel interface (linux-tee.md
 * 2.2, 2.6, 6.7). And: unbinding waits for the last user.
 */
#include <dlfcn.h>
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>
#include "tee_world.h"

struct ta_client_seen {
	int probed, removed;
	int open, call, cancel, system, login;
	unsigned int ret, impl_id, gen_caps;
	unsigned long long answer;
};

static struct ta_client_seen *seen(void)
{
	return dlsym(RTLD_DEFAULT, "ta_client_seen");
}

static void setup(bool driver_first)
{
	const struct world_module optee = {"optee", NULL}, client = {"ta_client", TA_CLIENT};

	tee_world_init("echo");
	tw.cfg.module[0] = (struct world_module){"tee", NULL};
	tw.cfg.module[1] = (struct world_module){"arm_ffa", NULL};
	tw.cfg.module[2] = driver_first ? client : optee;
	tw.cfg.module[3] = driver_first ? optee : client;
	tw.cfg.module_count = 4;
}

static void bound_client(void)
{
	const struct ta_client_seen *s = seen();
	int (*echo)(unsigned, unsigned *, int *) = dlsym(RTLD_DEFAULT, "ta_client_echo_memory");
	char text[4096];
	unsigned ret = 1;
	int same = 0;

	CHECK_EQ(s->probed, 1);
	CHECK_EQ(s->impl_id, 1);
	CHECK_EQ(s->gen_caps, 0xd); /* GP, registered memory, references without memory */
	CHECK_EQ(s->login, -EINVAL);
	CHECK_EQ(s->open, 0);
	CHECK_EQ(s->call, 0);
	CHECK_EQ(s->ret, 0);
	CHECK_EQ(s->answer, 42);
	CHECK_EQ(s->cancel, 0);
	CHECK_EQ(s->system, -EINVAL); /* the FF-A back end has none */
	CHECK_EQ(echo(10000, &ret, &same), 0);
	CHECK_EQ(ret, 0);
	CHECK_EQ(same, 1);
	CHECK_EQ(klinux_device_attr(tw.w.k, "tee0", "implementation_id", text), 2);
	CHECK_EQ(text[0], '1');
	/* Which of them needs the supplicant is an attribute; this one does not. */
	CHECK_EQ(klinux_device_attr(tw.w.k, "optee-ta-66666173-696d-4001-8000-6563686f0001",
				    "need_supplicant", text) < 0,
		 1);
	CHECK_EQ(klinux_modules_exit(tw.w.k), 0);
	CHECK_EQ(seen()->removed, 1);
	CHECK_EQ(klinux_check_leaks(tw.w.k), 0);
}

static void bus_driver_later(void **state)
{
	(void)state;
	setup(false);
	tee_world_run(bound_client);
	tee_world_end();
}
static void bus_driver_first(void **state)
{
	(void)state;
	setup(true);
	tee_world_run(bound_client);
	tee_world_end();
}

/* rmmod with the device closed but memory still mapped: not pinned, so it goes ahead and waits,
 * uninterruptibly, for the mapping to go (2.4). */
static struct ffasim_shm shm;
static bool removed;
static void remover(void *arg)
{
	(void)arg;
	CHECK_EQ(klinux_module_remove(tw.w.k, "optee"), 0);
	removed = true;
}
static void mapped_client(void)
{
	struct ffasim_client c;
	struct task_struct *t;

	removed = false;
	CHECK_EQ(ffasim_client_open_impl(&c, TEE_IMPL_ID_OPTEE), 0);
	CHECK_EQ(ffasim_client_shm_alloc(&c, 4096, &shm), 0);
	CHECK_EQ(klinux_module_remove(tw.w.k, "optee"), -EWOULDBLOCK);
	ffasim_client_close(&c);
	ffasim_shm_close_fd(&shm);
	t = ktask_create_user(tw.w.k, "rmmod", remover, NULL, NULL);
	kuser_sleep_ns(300000000000ull);
	CHECK_EQ(removed, 0);
	CHECK_EQ(*ktask_state(t), 'D');
	CHECK_EQ(ksys_open("/dev/tee0", 2), -ENOENT);
	ffasim_shm_unmap(&shm);
	kuser_join(t);
	CHECK_EQ(removed, 1);
}
static void remove_while_mapped(void **state)
{
	(void)state;
	tee_world_init("echo");
	tw.cfg.module[0] = (struct world_module){"tee", NULL};
	tw.cfg.module[1] = (struct world_module){"arm_ffa", NULL};
	tw.cfg.module[2] = (struct world_module){"optee", NULL};
	tw.cfg.module_count = 3;
	tee_world_run(mapped_client);
	assert_true(tee_world_log_has("INFO: task rmmod:"));
	tee_world_end();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(bus_driver_later),
		cmocka_unit_test(bus_driver_first),
		cmocka_unit_test(remove_while_mapped),
	};

	return cmocka_run_group_tests_name("tee/optee_kernel", tests, NULL, NULL);
}
