/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A TEE client in a few calls, for cmocka tests and the scenario runner: what libts does over
 * /dev/teeN (trusted-services.md 2.4), on the current simulated user task. Every function makes
 * real (simulated) system calls and returns what they returned: >= 0, or -errno.
 */
#ifndef FFASIM_CLIENT_H
#define FFASIM_CLIENT_H

#include <stddef.h>
#include <stdint.h>

struct ffasim_shm {
	int id;		/* shm id of the ioctl; 0 = none */
	int fd;		/* -1 after ffasim_shm_close_fd() */
	uint64_t bytes; /* as rounded by the driver */
	uint64_t addr;	/* user address of the mapping, 0 = unmapped */
	void *ptr;	/* the same memory, for the test */
};

struct ffasim_invoke {
	uint32_t ret;	   /* service status */
	uint64_t response; /* value the driver left in the parameter: response length, or the shm id
			    */
};

/* Arguments of system calls live in user memory; one buffer per client task. */
struct ffasim_client {
	uint64_t arg_addr;
	void *arg;
	int fd;
};

/* Opens "/dev/teeN", or the tee device whose SP has endpoint id @sp_id (path NULL). */
int ffasim_client_open(struct ffasim_client *c, const char *path, uint16_t sp_id);
/* Opens the first tee device of an implementation. */
#define TEE_IMPL_ID_OPTEE 1
#define TEE_IMPL_ID_TSTEE 3
int ffasim_client_open_impl(struct ffasim_client *c, uint32_t impl_id);
int ffasim_client_close(struct ffasim_client *c);
/* impl_caps of the device: the SP's endpoint id. */
int ffasim_client_version(struct ffasim_client *c, uint32_t *impl_id, uint32_t *impl_caps,
			  uint32_t *gen_caps);
int ffasim_client_open_session(struct ffasim_client *c, const uint8_t uuid[16], uint32_t *session);
int ffasim_client_close_session(struct ffasim_client *c, uint32_t session);
/* SHM_ALLOC and mmap. */
int ffasim_client_shm_alloc(struct ffasim_client *c, size_t bytes, struct ffasim_shm *shm);
int ffasim_shm_close_fd(struct ffasim_shm *shm);
int ffasim_shm_unmap(struct ffasim_shm *shm);
/* @shm may be NULL. */
int ffasim_client_invoke(struct ffasim_client *c, uint32_t session, uint32_t opcode,
			 const struct ffasim_shm *shm, size_t request_bytes,
			 struct ffasim_invoke *out);

#endif
