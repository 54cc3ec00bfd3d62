/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The TEE ioctls on a tstee device, errno by errno, against the real SPMC and SPs. Which SMCs they
 * make, and what other answers do, is test_tstee_smc.c.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>
#include "core/fault.h"
#include "tstee_world.h"

/* --- linux-tee.md 1.2, 1.5: VERSION, unknown calls, calls tstee has no op for ------------------
 */
static void simple_client(void)
{
	uint32_t v[3];

	begin();
	CHECK_EQ(ioc(IOC_VERSION), 0);
	memcpy(v, buf, sizeof(v));
	CHECK_EQ(v[0], 3);
	CHECK_EQ(v[1], 0x8002);
	CHECK_EQ(v[2], 0);
	CHECK_EQ(ksys_ioctl(c.fd, IOC_VERSION, 0x1000), -EFAULT);
	CHECK_EQ(ioc(0xc018a408), -EINVAL); /* SHM_REGISTER_FD: unknown in 6.12 */
	CHECK_EQ(ioc(0x1234), -EINVAL);	    /* not ENOTTY */
	CHECK_EQ(ioc(IOC_CANCEL), -EINVAL);
	/* The missing op is found before the bad pointer. */
	CHECK_EQ(ksys_ioctl(c.fd, IOC_CANCEL, 0x1000), -EINVAL);
	CHECK_EQ(ksys_ioctl(c.fd, IOC_SUPPL_RECV, 0x1000), -EINVAL);
	CHECK_EQ(ksys_ioctl(c.fd, IOC_SUPPL_SEND, 0x1000), -EINVAL);
	CHECK_EQ(ksys_ioctl(99, IOC_VERSION, page), -EBADF);
	CHECK_EQ(ksys_open("/dev/tee7", 2), -ENOENT);
}
static void simple_calls(void **s)
{
	(void)s;
	run("echo", simple_client);
}

/* --- linux-tee.md 1.5 SHM_ALLOC ------------------------------------------------------------------
 */
static void shm_alloc_client(void)
{
	long fd, fd2;

	begin();
	CHECK_EQ(ksys_ioctl(c.fd, IOC_SHM_ALLOC, 0x1000), -EFAULT);
	CHECK_EQ(shm_alloc(4096, 1), -EINVAL);
	CHECK_EQ(shm_alloc(0, 0), -EINVAL);
	CHECK_EQ(shm_alloc(~0ull, 0), -EINVAL);	  /* rounding wraps to 0 */
	CHECK_EQ(shm_alloc(5000000, 0), -ENOMEM); /* beyond order 10 */

	fd = shm_alloc(5000, 0);
	CHECK_EQ(fd >= 0, 1);
	CHECK_EQ(buf[0], 8192);
	CHECK_EQ((uint32_t)buf[1], 0);
	CHECK_EQ(shm_id(), 1); /* ids from 1; failed calls gave theirs back */
	fd2 = shm_alloc(1, 0);
	CHECK_EQ(shm_id(), 2);
	CHECK_EQ(ksys_close(fd), 0);
	CHECK_EQ(ksys_close(shm_alloc(1, 0)), 0);
	CHECK_EQ(shm_id(), 1); /* lowest free */
	CHECK_EQ(ksys_close(fd2), 0);

	/* No descriptor: undone, but the struct was written (1.5). */
	unsigned reclaims = tee_world_count(FFA_MEM_RECLAIM, 0);
	fail_next("kern.anon_fd", 1);
	CHECK_EQ(shm_alloc(1, 0), -EMFILE);
	CHECK_EQ(buf[0], 4096);
	CHECK_EQ(tee_world_count(FFA_MEM_RECLAIM, 0), reclaims + 1);
	/* Copy-out fault: undone as well. */
	fail_next("kern.copy_to_user", 1);
	CHECK_EQ(shm_alloc(1, 0), -EFAULT);
	CHECK_EQ(tee_world_count(FFA_MEM_RECLAIM, 0), reclaims + 2);
}
static void shm_alloc_errnos(void **s)
{
	(void)s;
	run("echo", shm_alloc_client);
}

/* Each allocation on the way fails in turn; nothing stays behind. linux-tee.md 8.2 no. 38 */
static void alloc_failure_client(void)
{
	static const char *const sites[] = {"kern.kmalloc", "kern.alloc_pages"};
	uint64_t objects, after, bytes;

	begin();
	ksys_close(shm_alloc(1, 0)); /* pools that grow once have grown */
	klinux_mem_usage(tw.w.k, &objects, &bytes);
	for (unsigned s = 0; s < 2; s++)
		for (unsigned nth = 1; nth < 12; nth++) {
			long rc;

			fail_next(sites[s], nth);
			rc = shm_alloc(4096, 0);
			fault_reset_all();
			if (rc >= 0) {
				CHECK_EQ(nth > 1, 1);
				ksys_close(rc);
				break;
			}
			CHECK_EQ(rc, -ENOMEM);
			klinux_mem_usage(tw.w.k, &after, &bytes);
			CHECK_EQ(after, objects);
		}
}
static void alloc_failures(void **s)
{
	(void)s;
	run("echo", alloc_failure_client);
}

/* --- linux-tee.md 1.5 SHM_REGISTER, 5.4
 * ----------------------------------------------------------- */
static void shm_register_client(void)
{
	uint64_t mem, *r = NULL;
	long fd;

	begin();
	mem = kuser_alloc(8192);
	r = buf;
	CHECK_EQ(ksys_ioctl(c.fd, IOC_SHM_REGISTER, 0x1000), -EFAULT);
	r[0] = mem, r[1] = 100, r[2] = 1;
	CHECK_EQ(ioc(IOC_SHM_REGISTER), -EINVAL);
	r[0] = mem, r[1] = ~0ull, r[2] = 0; /* wraps: 8.2 no. 35 */
	CHECK_EQ(ioc(IOC_SHM_REGISTER), -EFAULT);
	r[0] = mem, r[1] = 5000, r[2] = 0;
	fd = ioc(IOC_SHM_REGISTER);
	if (!RFC) {
		CHECK_EQ(fd, -ENOTSUPP);
		return;
	}
	CHECK_EQ(fd >= 0, 1);
	CHECK_EQ(r[1], 5000);
	CHECK_EQ(ksys_mmap(4096, 3, fd, 0), -EINVAL);
	CHECK_EQ(ksys_close(fd), 0);
	CHECK_EQ(tee_world_count(FFA_MEM_RECLAIM, 0), 1);
	r[0] = mem, r[1] = 0, r[2] = 0;
	CHECK_EQ(ioc(IOC_SHM_REGISTER), -ENOMEM); /* zero pages */
}
static void shm_register(void **s)
{
	(void)s;
	run("echo", shm_register_client);
}

/* --- linux-tee.md 1.5 OPEN_SESSION, CLOSE_SESSION; 5.2
 * ---------------------------------------------- */
static void open_client(void)
{
	uint32_t session;
	unsigned n;

	begin();
	CHECK_EQ(ksys_ioctl(c.fd, IOC_OPEN, 0x1000), -EFAULT);
	args(55);
	CHECK_EQ(ioc(IOC_OPEN), -EINVAL);
	args(1025);
	CHECK_EQ(ioc(IOC_OPEN), -EINVAL);
	args(56);
	buf[0] = 0x1000;
	CHECK_EQ(ioc(IOC_OPEN), -EFAULT);
	args(56);
	arg[13] = 1;
	CHECK_EQ(ioc(IOC_OPEN), -EINVAL); /* says one parameter, has none */
	arg[13] = 0x08000001;		  /* 8.2 no. 42 */
	args(56 + 32);
	CHECK_EQ(ioc(IOC_OPEN), -EINVAL);

	/* Parameters are converted before the login is looked at. */
	memset(arg, 0, 200);
	arg[13] = 1;
	arg[8] = 0x80000000u;
	arg[14] = 0x200;
	args(56 + 32);
	CHECK_EQ(ioc(IOC_OPEN), -EINVAL);
	CHECK_EQ(open_session("echo", 0x80000000u, NULL), -EPERM);
	CHECK_EQ(open_session("echo", 0xbfffffffu, NULL), -EPERM);

	CHECK_EQ(open_session("spin", 0, NULL), -ENODEV); /* not a service of this SP */

	CHECK_EQ(open_session("echo", 0xc0000000u, &session), 0);
	CHECK_EQ(session, FIRST_SESSION);
	CHECK_EQ(arg[11], 0);
	CHECK_EQ(arg[12], 0x1234); /* ret_origin is the user's */
	CHECK_EQ(open_session("echo", 0, &session), 0);
	CHECK_EQ(session, FIRST_SESSION + 1);

	n = tw.rec_count;
	CHECK_EQ(ffasim_client_close_session(&c, FIRST_SESSION), 0);
	CHECK_EQ(ffasim_client_close_session(&c, FIRST_SESSION), -EINVAL);
	CHECK_EQ(ffasim_client_close_session(&c, 77), -EINVAL);
	CHECK_EQ(tw.rec_count, n); /* no message to the SP */
	CHECK_EQ(open_session("echo", 0, &session), 0);
	CHECK_EQ(session, FIRST_SESSION);

	/* The session nobody learned of is closed: its number is free again. */
	fail_next("kern.copy_to_user", 1);
	CHECK_EQ(open_session("echo", 0, NULL), -EFAULT);
	fault_reset_all();
	CHECK_EQ(open_session("echo", 0, &session), 0);
	CHECK_EQ(session, FIRST_SESSION + 2);
}
static void open_session_errnos(void **s)
{
	(void)s;
	run("echo", open_client);
}

/* --- linux-tee.md 1.5 parameters, 5.3
 * ----------------------------------------------------------------- */
static void invoke_client(void)
{
	uint32_t session;
	long fd, addr;
	int id;
	char *mem;

	begin();
	CHECK_EQ(open_session("echo", 0, &session), 0);
	fd = shm_alloc(4096, 0);
	id = shm_id();
	addr = ksys_mmap(4096, 3, fd, 0);
	mem = kuser_ptr(addr, 4096);
	memcpy(mem, "abc", 3);

	args(23);
	CHECK_EQ(ioc(IOC_INVOKE), -EINVAL);
	memset(arg, 0, 1024);
	arg[5] = 31;
	args(24 + 31 * 32); /* the most that fits in 1024 */
	arg[1] = session;
	CHECK_EQ(ioc(IOC_INVOKE), 0);

	CHECK_EQ(invoke(session, 1, VALUE_INOUT, id, 3, 0), 0);
	CHECK_EQ(arg[3], 0);
	CHECK_EQ(param_a(), 3);
	CHECK_EQ(memcmp(mem, "cba", 3), 0);
	/* VALUE_IN: no length comes back. META: never written. VALUE_OUT: id and length are 0. */
	CHECK_EQ(invoke(session, 1, VALUE_IN, id, 3, 0), 0);
	CHECK_EQ(param_a(), id);
	CHECK_EQ(invoke(session, 1, VALUE_INOUT | META, id, 2, 0), 0);
	CHECK_EQ(param_a(), id);
	CHECK_EQ(invoke(session, 0, VALUE_OUT, id, 3, 0), 0);
	CHECK_EQ((uint32_t)tw.rec[tw.rec_count - 1].in.x[4], 0xffffffff);
	CHECK_EQ(tw.rec[tw.rec_count - 1].in.x[6], 0);
	/* Ids are narrowed to 32 bits, opcodes to 16. */
	CHECK_EQ(invoke(session, 0x70001, VALUE_INOUT, 0x100000000ull + id, 3, 0), 0);
	CHECK_EQ(tw.rec[tw.rec_count - 1].in.x[3] & 0xffff, 1);
	/* A memref by its offset and size: taken as id and length. */
	CHECK_EQ(invoke(session, 0, MEMREF_INOUT, id, 3, id), 0);

	CHECK_EQ(invoke(session, 0, 4, 0, 0, 0), -EINVAL);
	CHECK_EQ(invoke(session, 0, 8, 0, 0, 0), -EINVAL);
	CHECK_EQ(invoke(session, 0, VALUE_IN | 0x200, 0, 0, 0), -EINVAL);
	CHECK_EQ(invoke(session, 0, MEMREF_INOUT, 0, 8, 55), -EINVAL);
	CHECK_EQ(invoke(session, 0, MEMREF_INOUT, 1, 4096, id), -EINVAL);
	CHECK_EQ(invoke(session, 0, MEMREF_INOUT, ~0ull, 4, id), -EINVAL);
	CHECK_EQ(invoke(session, 0, MEMREF_INOUT, 0, 0, ~0ull), -EINVAL); /* no cap_memref_null */
	CHECK_EQ(invoke(session, 0, VALUE_INOUT, id, 4097, 0), -EINVAL);
	CHECK_EQ(invoke(session, 0, VALUE_INOUT, 55, 1, 0), -EINVAL);
	CHECK_EQ(invoke(77, 0, VALUE_INOUT, id, 1, 0), -EINVAL);
	/* RPC status other than success (unknown opcode): EINVAL, nothing copied back. */
	CHECK_EQ(invoke(session, 0x999, VALUE_INOUT, id, 1, 0), -EINVAL);
	CHECK_EQ(param_a(), id);

	/* Another context does not see the buffer. */
	struct ffasim_client first = c;
	CHECK_EQ(ffasim_client_open(&c, NULL, 0x8002), 0);
	CHECK_EQ(open_session("echo", 0, &session), 0);
	CHECK_EQ(session, FIRST_SESSION);
	CHECK_EQ(invoke(session, 0, VALUE_INOUT, id, 1, 0), -EINVAL);
	ffasim_client_close(&c);
	c = first;
}
static void invoke_errnos(void **s)
{
	(void)s;
	run("echo", invoke_client);
}

/* 6.18 argument size: 127 parameters. */
static void big_args_client(void)
{
	uint32_t session;

	begin();
	CHECK_EQ(open_session("echo", 0, &session), 0);
	arg[1] = session;
	memset(arg + 2, 0, 4096);
	arg[0] = 0;
	arg[5] = 127;
	args(24 + 127 * 32);
	CHECK_EQ(ioc(IOC_INVOKE), 0);
	args(4097);
	CHECK_EQ(ioc(IOC_INVOKE), -EINVAL);
}
static void big_args(void **s)
{
	(void)s;
	tee_world_init("echo");
	tw.cfg.tstee_flavour = FLAVOUR;
	tw.cfg.linux_cfg.tee_max_arg_size = 4096;
	tee_world_run(big_args_client);
	tee_world_end();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(simple_calls),
		cmocka_unit_test(shm_alloc_errnos),
		cmocka_unit_test(alloc_failures),
		cmocka_unit_test(shm_register),
		cmocka_unit_test(open_session_errnos),
		cmocka_unit_test(invoke_errnos),
		cmocka_unit_test(big_args),
	};

	return cmocka_run_group_tests_name("tee/tstee " FLAVOUR, tests, NULL, NULL);
}
