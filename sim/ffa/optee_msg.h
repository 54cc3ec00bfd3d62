/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The ABI of a Trusted OS behind FF-A direct messages, as data: services in w3, the message struct
 * in shared memory, RPC commands, result codes (optee.md 2; linux-tee.md 6.1, 6.3). Knows nothing
 * of the simulator.
 */
#ifndef FFASIM_FFA_OPTEE_MSG_H
#define FFASIM_FFA_OPTEE_MSG_H

#include <stdint.h>

#define TEE_SUCCESS 0u
#define TEE_ERROR_GENERIC 0xffff0000u
#define TEE_ERROR_CANCEL 0xffff0002u
#define TEE_ERROR_BAD_PARAMETERS 0xffff0006u
#define TEE_ERROR_ITEM_NOT_FOUND 0xffff0008u
#define TEE_ERROR_NOT_IMPLEMENTED 0xffff0009u
#define TEE_ERROR_NOT_SUPPORTED 0xffff000au
#define TEE_ERROR_OUT_OF_MEMORY 0xffff000cu
#define TEE_ERROR_BUSY 0xffff000du
#define TEE_ERROR_COMMUNICATION 0xffff000eu
#define TEE_ERROR_SHORT_BUFFER 0xffff0010u
#define TEE_ERROR_TIMEOUT 0xffff3001u

/* TEE_ORIGIN_* of a result. */
enum { OPTEE_ORIGIN_TEE = 3, OPTEE_ORIGIN_TA = 4 };

/* w3 of a request (2.2, 2.3). */
enum {
	OPTEE_GET_API_VERSION = 0,
	OPTEE_GET_OS_VERSION = 1,
	OPTEE_EXCHANGE_CAPABILITIES = 2,
	OPTEE_UNREGISTER_SHM = 3,
	OPTEE_ENABLE_ASYNC_NOTIF = 5
};
#define OPTEE_YIELDING 0x80000000u
#define OPTEE_CALL_WITH_ARG 0x80000000u
#define OPTEE_RESUME 0x80000001u

/* w5 of EXCHANGE_CAPABILITIES. */
enum { OPTEE_CAP_ARG_OFFSET = 1, OPTEE_CAP_ASYNC_NOTIF = 2, OPTEE_CAP_RPMB_PROBE = 4 };

/* w4 of a reply to a yielding call. */
enum { OPTEE_RET_DONE = 0, OPTEE_RET_RPC = 1, OPTEE_RET_INTERRUPT = 2 };

/* The message struct; right behind it one of the same kind with room for OPTEE_RPC_PARAMS. */
#define OPTEE_MSG_PARAMS_MAX 127u
#define OPTEE_RPC_PARAMS 4u
struct optee_msg_param {
	uint64_t attr;
	uint64_t a, b, c; /* of memory: see OPTEE_FMEM_* */
};
struct optee_msg {
	uint32_t cmd, func, session, cancel_id, pad, ret, ret_origin, num_params;
	struct optee_msg_param param[];
};
_Static_assert(sizeof(struct optee_msg) == 32 && sizeof(struct optee_msg_param) == 32,
	       "layout of optee.md 2.3");

enum {
	OPTEE_MSG_OPEN = 0,
	OPTEE_MSG_INVOKE = 1,
	OPTEE_MSG_CLOSE = 2,
	OPTEE_MSG_CANCEL = 3,
	OPTEE_MSG_DO_BOTTOM_HALF = 6,
	OPTEE_MSG_STOP_ASYNC_NOTIF = 7
};

enum {
	OPTEE_ATTR_NONE = 0,
	OPTEE_ATTR_VALUE_IN = 1,
	OPTEE_ATTR_VALUE_OUT = 2,
	OPTEE_ATTR_VALUE_INOUT = 3,
	OPTEE_ATTR_FMEM_IN = 5,
	OPTEE_ATTR_FMEM_OUT = 6,
	OPTEE_ATTR_FMEM_INOUT = 7,
	OPTEE_ATTR_TMEM_IN = 9, /* page lists: not over FF-A */
	OPTEE_ATTR_TMEM_INOUT = 11,
	OPTEE_ATTR_TYPE = 0xff,
	OPTEE_ATTR_META = 0x100
};

/* Memory parameter: a = offset (48 bits) and offset in the first page (16), b = size, c = handle.
 */
#define OPTEE_FMEM_INVALID UINT64_MAX
static inline uint64_t optee_fmem_offset(const struct optee_msg_param *p)
{
	return p->a & 0xffffffffffffull;
}
static inline uint32_t optee_fmem_internal(const struct optee_msg_param *p)
{
	return (uint32_t)(p->a >> 48);
}

/* cmd of the RPC argument block (2.5). */
enum {
	OPTEE_RPC_LOAD_TA = 0,
	OPTEE_RPC_RPMB = 1,
	OPTEE_RPC_FS = 2,
	OPTEE_RPC_GET_TIME = 3,
	OPTEE_RPC_NOTIFICATION = 4,
	OPTEE_RPC_SUSPEND = 5,
	OPTEE_RPC_SHM_ALLOC = 6,
	OPTEE_RPC_SHM_FREE = 7,
	OPTEE_RPC_GPROF = 9,
	OPTEE_RPC_SOCKET = 10,
	OPTEE_RPC_FTRACE = 11,
	OPTEE_RPC_PLUGIN = 12,
	OPTEE_RPC_I2C = 21,
	OPTEE_RPC_RPMB_PROBE_RESET = 22,
	OPTEE_RPC_RPMB_PROBE_NEXT = 23,
	OPTEE_RPC_RPMB_FRAMES = 24
};
enum { OPTEE_NOTIF_WAIT = 0, OPTEE_NOTIF_SEND = 1 };
enum { OPTEE_SHM_APPL = 0, OPTEE_SHM_KERNEL = 1, OPTEE_SHM_GLOBAL = 2 };

/* Values of notifications (optee.md 5): below this asynchronous, above it wake-ups of threads. */
#define OPTEE_NOTIF_ASYNC_VALUES 64u

#endif
