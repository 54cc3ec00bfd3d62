/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the driver and OP-TEE agree on over FF-A: the direct messages, the message structures in
 * shared memory and the commands in both directions.
 */
#ifndef OPTEE_ABI_H
#define OPTEE_ABI_H

#include <linux/bits.h>
#include <linux/types.h>
#include <linux/uuid.h>

/* 486178e0-e7f8-11e3-bc5e-0002a5d5c51b: the partition */
#define OPTEE_FFA_UUID                                                                             \
	UUID_INIT(0x486178e0, 0xe7f8, 0x11e3, 0xbc, 0x5e, 0x00, 0x02, 0xa5, 0xd5, 0xc5, 0x1b)
/* 7011a688-ddde-4053-a5a9-7b3c4ddf13b8: the TA that lists the others */
#define OPTEE_DEVICES_UUID                                                                         \
	UUID_INIT(0x7011a688, 0xddde, 0x4053, 0xa5, 0xa9, 0x7b, 0x3c, 0x4d, 0xdf, 0x13, 0xb8)

/* --- word 0 of a direct message ----------------------------------------------------------------
 */
#define OPTEE_FFA_GET_API_VERSION 0
#define OPTEE_FFA_GET_OS_VERSION 1
#define OPTEE_FFA_EXCHANGE_CAPABILITIES 2
#define OPTEE_FFA_UNREGISTER_SHM 3
#define OPTEE_FFA_ENABLE_ASYNC_NOTIF 5
#define OPTEE_FFA_YIELDING BIT(31)
#define OPTEE_FFA_CALL_WITH_ARG (OPTEE_FFA_YIELDING | 0)
#define OPTEE_FFA_CALL_RESUME (OPTEE_FFA_YIELDING | 1)

#define OPTEE_FFA_VERSION_MAJOR 1
#define OPTEE_FFA_VERSION_MINOR 0
#define OPTEE_FFA_NOTIF_VALUES 64

#define OPTEE_FFA_CAP_ARG_OFFSET BIT(0)
#define OPTEE_FFA_CAP_ASYNC_NOTIF BIT(1)

/* Why a yielding call came back: word 1. The word to resume with is word 4. */
#define OPTEE_FFA_RET_DONE 0
#define OPTEE_FFA_RET_RPC_CMD 1
#define OPTEE_FFA_RET_INTERRUPT 2

/* --- results ------------------------------------------------------------------------------------
 */
#define TEEC_SUCCESS 0x00000000
#define TEEC_ERROR_GENERIC 0xffff0000
#define TEEC_ERROR_BAD_PARAMETERS 0xffff0006
#define TEEC_ERROR_ITEM_NOT_FOUND 0xffff0008
#define TEEC_ERROR_NOT_SUPPORTED 0xffff000a
#define TEEC_ERROR_OUT_OF_MEMORY 0xffff000c
#define TEEC_ERROR_BUSY 0xffff000d
#define TEEC_ERROR_COMMUNICATION 0xffff000e
#define TEEC_ERROR_SHORT_BUFFER 0xffff0010
#define TEE_ERROR_TIMEOUT 0xffff3001
#define TEEC_ORIGIN_COMMS 2

/* --- messages ----------------------------------------------------------------------------------
 */
#define OPTEE_MSG_CMD_OPEN_SESSION 0
#define OPTEE_MSG_CMD_INVOKE_COMMAND 1
#define OPTEE_MSG_CMD_CLOSE_SESSION 2
#define OPTEE_MSG_CMD_CANCEL 3
#define OPTEE_MSG_CMD_DO_BOTTOM_HALF 6
#define OPTEE_MSG_CMD_STOP_ASYNC_NOTIF 7

#define OPTEE_MSG_ATTR_TYPE_MASK 0xff
#define OPTEE_MSG_ATTR_TYPE_NONE 0
#define OPTEE_MSG_ATTR_TYPE_VALUE_INPUT 1
#define OPTEE_MSG_ATTR_TYPE_VALUE_OUTPUT 2
#define OPTEE_MSG_ATTR_TYPE_VALUE_INOUT 3
#define OPTEE_MSG_ATTR_TYPE_FMEM_INPUT 5
#define OPTEE_MSG_ATTR_TYPE_FMEM_OUTPUT 6
#define OPTEE_MSG_ATTR_TYPE_FMEM_INOUT 7
#define OPTEE_MSG_ATTR_META BIT(8)

#define OPTEE_MSG_NO_GLOBAL_ID (~0ULL)

struct optee_msg_value {
	u64 a, b, c;
};

/* A piece of memory shared by FFA_MEM_SHARE. */
struct optee_msg_fmem {
	u32 offs_low;
	u16 offs_high;
	u16 internal_offs; /* of the first byte in the first page */
	u64 size;
	u64 global_id; /* the FF-A handle */
};

struct optee_msg_param {
	u64 attr;
	union {
		struct optee_msg_value value;
		struct optee_msg_fmem fmem;
	} u;
};

struct optee_msg_arg {
	u32 cmd, func, session, cancel_id;
	u32 pad;
	u32 ret, ret_origin;
	u32 num_params;
	struct optee_msg_param params[];
};

#define OPTEE_MSG_ARG_SIZE(num_params)                                                             \
	(sizeof(struct optee_msg_arg) + sizeof(struct optee_msg_param) * (num_params))

/* Most that a message of this driver carries, the two of OPEN_SESSION included. */
#define OPTEE_MSG_PARAMS_MAX 6

/* --- requests from OP-TEE ----------------------------------------------------------------------
 */
#define OPTEE_RPC_CMD_GET_TIME 3
#define OPTEE_RPC_CMD_NOTIFICATION 4
#define OPTEE_RPC_CMD_SUSPEND 5
#define OPTEE_RPC_CMD_SHM_ALLOC 6
#define OPTEE_RPC_CMD_SHM_FREE 7
#define OPTEE_RPC_CMD_I2C_TRANSFER 21

#define OPTEE_RPC_NOTIFICATION_WAIT 0
#define OPTEE_RPC_NOTIFICATION_SEND 1

#define OPTEE_RPC_SHM_TYPE_APPL 0
#define OPTEE_RPC_SHM_TYPE_KERNEL 1

/* Keys tasks wait for: 0..OPTEE_NOTIF_KEY_MAX. */
#define OPTEE_NOTIF_KEY_MAX 255

#endif
