/* SPDX-License-Identifier: BSD-3-Clause */
/* The world of tstee_world.h. */
#include "tstee_world.h"

#include <string.h>

#include "core/fault.h"
#include "ffasim/services.h"

struct ffasim_client c;
uint64_t page;
uint64_t *buf;
uint32_t *arg;

long ioc(uint32_t cmd)
{
	return ksys_ioctl(c.fd, cmd, page);
}

void begin(void)
{
	CHECK_EQ(ffasim_client_open(&c, NULL, 0x8002), 0);
	page = kuser_alloc(8192);
	buf = kuser_ptr(page, 8192);
	arg = (uint32_t *)((char *)buf + 64);
	memset(buf, 0, 8192);
}

void args(uint64_t len)
{
	buf[0] = page + 64;
	buf[1] = len;
}

/* num_params of OPEN is word 13, of INVOKE word 5. */
long open_session(const char *service, uint32_t login, uint32_t *session)
{
	long rc;

	memset(arg, 0, 56);
	memcpy(arg, ffasim_service_find(service)->uuid, 16);
	arg[8] = login;
	arg[12] = 0x1234; /* ret_origin */
	args(56);
	rc = ioc(IOC_OPEN);
	if (session)
		*session = arg[10];
	return rc;
}

long invoke(uint32_t session, uint32_t func, uint64_t attr, uint64_t a, uint64_t b, uint64_t cc)
{
	memset(arg, 0, 24);
	arg[0] = func;
	arg[1] = session;
	arg[5] = 1;
	uint64_t p[4] = {attr, a, b, cc};
	memcpy(arg + 6, p, sizeof(p));
	args(56);
	return ioc(IOC_INVOKE);
}

uint64_t param_a(void)
{
	uint64_t a;

	memcpy(&a, (char *)arg + 32, 8);
	return a;
}

long shm_alloc(uint64_t size, uint32_t flags)
{
	buf[0] = size;
	buf[1] = flags;
	return ioc(IOC_SHM_ALLOC);
}
int shm_id(void)
{
	return (int)(buf[1] >> 32);
}

void fail_next(const char *site, uint64_t nth)
{
	fault_reset_all();
	CHECK_EQ(fault_arm(site, nth, 1, 0), 0);
}

void run(const char *sp, void (*client)(void))
{
	tee_world_init(sp);
	tw.cfg.tstee_flavour = FLAVOUR;
	tee_world_run(client);
	tee_world_end();
}
