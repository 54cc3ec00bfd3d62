/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * TEE ioctls with GlobalPlatform semantics, for a client of the Trusted OS and for its supplicant
 * (linux-tee.md 1.2, 1.3). Each call's arguments are in a page of its own task: threads of one
 * process may be in calls on one file at the same time. All return 0 or -errno.
 */
#ifndef FFASIM_HOST_GP_CLIENT_H
#define FFASIM_HOST_GP_CLIENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define GP_PARAMS_MAX 31 /* what fits the largest argument block of 6.12 */

enum gp_attr {
	GP_NONE = 0,
	GP_VALUE_IN = 1,
	GP_VALUE_OUT = 2,
	GP_VALUE_INOUT = 3,
	GP_MEM_IN = 5,
	GP_MEM_OUT = 6,
	GP_MEM_INOUT = 7,
	GP_META = 0x100
};
#define GP_MEM_NULL UINT64_MAX

/* Value: a, b, c. Memory: a = offset, b = size, c = shm id. */
struct gp_param {
	uint64_t attr, a, b, c;
};

/* User memory for arguments; zero it before the first call of a task. */
struct gp_args {
	uint64_t addr;
	void *at;
};

/* One open or invoke: in, then out. */
struct gp_call {
	uint8_t uuid[16], client[16]; /* open */
	uint32_t login, func, session, cancel_id;
	uint32_t ret, origin;
	uint32_t param_count;
	struct gp_param param[GP_PARAMS_MAX];
	/* What the kernel is told instead of the truth: size of the argument block, number of
	 * parameters in it. 0 = the truth. */
	uint64_t told_bytes;
	uint32_t told_params;
};
int gp_open_session(int fd, struct gp_args *args, struct gp_call *call);
int gp_invoke(int fd, struct gp_args *args, struct gp_call *call);
int gp_cancel(int fd, struct gp_args *args, uint32_t session, uint32_t cancel_id);
/* Names @bytes of the process's own memory at @addr. Returns the descriptor. */
int gp_shm_register(int fd, struct gp_args *args, uint64_t addr, uint64_t bytes, int *id);

/* The supplicant: room for @count parameters, the first marked META when @meta. */
struct gp_request {
	uint32_t func, ret;
	uint32_t param_count;
	struct gp_param param[GP_PARAMS_MAX];
};
int gp_supp_recv(int fd, struct gp_args *args, struct gp_request *r);
int gp_supp_send(int fd, struct gp_args *args, const struct gp_request *r);

#endif
