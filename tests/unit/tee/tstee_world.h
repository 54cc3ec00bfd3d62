/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A world with one SP and tstee above it, and a client that makes its ioctls by hand. Every test
 * runs with both session designs: FLAVOUR is defined by the build.
 */
#ifndef TESTS_TEE_TSTEE_WORLD_H
#define TESTS_TEE_TSTEE_WORLD_H

#include "tee_world.h"

#define IOC_VERSION 0x800ca400u
#define IOC_SHM_ALLOC 0xc010a401u
#define IOC_OPEN 0x8010a402u
#define IOC_INVOKE 0x8010a403u
#define IOC_CANCEL 0x8008a404u
#define IOC_CLOSE 0x8004a405u
#define IOC_SUPPL_RECV 0x8010a406u
#define IOC_SUPPL_SEND 0x8010a407u
#define IOC_SHM_REGISTER 0xc018a409u
#define ENOTSUPP 524
#define VALUE_IN 1
#define VALUE_OUT 2
#define VALUE_INOUT 3
#define MEMREF_INOUT 7
#define META 0x100
#define RFC (!strcmp(FLAVOUR, "rfc"))
#define FIRST_SESSION (RFC ? 1 : 0)

extern struct ffasim_client c;
extern uint64_t page; /* user memory for arguments */
extern uint64_t *buf; /* buf_data: address, length */
extern uint32_t *arg; /* at page + 64 */

void run(const char *sp, void (*client)(void));
void begin(void); /* opens the device, makes room for arguments */
long ioc(uint32_t cmd);
void args(uint64_t len);
long open_session(const char *service, uint32_t login, uint32_t *session);
/* With one parameter. */
long invoke(uint32_t session, uint32_t func, uint64_t attr, uint64_t a, uint64_t b, uint64_t cc);
uint64_t param_a(void); /* a of that parameter, as it came back */
long shm_alloc(uint64_t size, uint32_t flags);
int shm_id(void);
/* Fault sites count passages from power-on; a test wants them from here. */
void fail_next(const char *site, uint64_t nth);

#endif
