/* SPDX-License-Identifier: BSD-3-Clause */
/* TS RPC endpoint: statuses and order of checks of trusted-services.md 1.3-1.8, by the echo SP. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <string.h>
#include <cmocka.h>

#include "ffasim/services.h"
#include "mini_spmc.h"
#include "services.h"

static struct mini_sp *echo(void)
{
	struct mini_sp *sp = mini_add("echo", NULL, 0);

	mini_boot(sp);
	return sp;
}

static int32_t management(struct mini_sp *sp, uint16_t op, uint64_t handle)
{
	struct smc_regs r;

	mini_request(sp, (uint32_t[5]){0xff0000 | op, handle, handle >> 32, 0, 0}, &r);
	CHECK_EQ(r.x[0], FFA_DIRECT_RESP_32);
	CHECK_EQ(r.x[2], 0);
	CHECK_EQ(r.x[3], 0xff0000 | op); /* copied */
	return r.x[4];
}

/* 1.3 */
static void body_management(void)
{
	static const uint8_t uuid[16] = ECHO_UUID;
	struct mini_sp *sp = echo();
	struct smc_regs r;
	uint32_t w[4];

	CHECK_EQ(management(sp, 0, 0), 1); /* a version, not a status */
	CHECK_EQ(management(sp, 4, 0), -2);
	memcpy(w, uuid, sizeof(w));
	CHECK_EQ(w[0], 0x105c3a7e); /* octet 0 is R1[7:0] */
	mini_request(sp, (uint32_t[5]){0xff0003, w[0], w[1], w[2], w[3]}, &r);
	CHECK_EQ(r.x[4], 0);
	CHECK_EQ(r.x[5], 0);
	mini_request(sp, (uint32_t[5]){0xff0003, w[0], w[1], w[2], w[3] ^ 1}, &r);
	CHECK_EQ((int32_t)r.x[4], -3);
	CHECK_EQ(r.x[5], 0);
}

/* 1.4 and the rows "service call" of 1.6 */
static void body_call(void)
{
	struct mini_sp *sp = echo();
	uint64_t handle, sum;
	uint8_t *page = mini_buffer(sp, &handle);
	int32_t status;
	uint32_t bytes;
	struct smc_regs r;

	memcpy(page, "hello", 5);
	CHECK_EQ(mini_invoke(sp, ECHO_ECHO, handle, 5, &status, &bytes), 0);
	CHECK_EQ(status, 0);
	CHECK_EQ(bytes, 5);
	CHECK(!memcmp(page, "hello", 5));
	CHECK_EQ(mini_invoke(sp, ECHO_REVERSE, handle, 5, &status, &bytes), 0);
	CHECK(!memcmp(page, "olleh", 5));
	CHECK_EQ(mini_invoke(sp, ECHO_SUM, handle, 5, &status, &bytes), 0);
	memcpy(&sum, page, 8);
	CHECK_EQ(bytes, 8);
	CHECK_EQ(sum, 'h' + 'e' + 'l' + 'l' + 'o');
	CHECK_EQ(mini_invoke(sp, ECHO_LENGTH, handle, 4096, &status, &bytes), 0);
	memcpy(&sum, page, 8);
	CHECK_EQ(sum, 4096);
	/* length beyond the buffer, no memory but a length, unknown opcode, unknown handle */
	CHECK_EQ(mini_invoke(sp, ECHO_ECHO, handle, 4097, &status, &bytes), -2);
	CHECK_EQ(bytes, 0);
	CHECK_EQ(mini_invoke(sp, ECHO_ECHO, UINT64_MAX, 0, NULL, &bytes), 0);
	CHECK_EQ(mini_invoke(sp, ECHO_ECHO, UINT64_MAX, 1, NULL, NULL), -2);
	CHECK_EQ(mini_invoke(sp, ECHO_SUM, UINT64_MAX, 0, NULL, NULL), -7);
	CHECK_EQ(mini_invoke(sp, 77, handle, 0, NULL, NULL), -2);
	CHECK_EQ(mini_invoke(sp, ECHO_ECHO, handle + 1, 0, NULL, NULL), -3);
	/* interface id beyond the services comes first */
	mini_request(sp, (uint32_t[5]){0x00010000, 1, 1, 0, 0}, &r);
	CHECK_EQ((int32_t)r.x[4], -2);
	/* somebody else's handle does not exist */
	r = (struct smc_regs){
		.x = {FFA_DIRECT_REQ_32, 0x00070000 | sp->id, 0, ECHO_ECHO, handle, handle >> 32}};
	mini_smc(&r);
	CHECK_EQ(r.x[1], (uint32_t)sp->id << 16 | 7);
	CHECK_EQ((int32_t)r.x[4], -3);
}

/* rows MEM_RETRIEVE and MEM_RELINQUISH of 1.6 */
static void body_memory(void)
{
	struct mini_sp *sp = echo();
	uint64_t handle[17];
	unsigned svcs;

	for (int i = 0; i < 17; i++)
		mini_share(sp, 1, &handle[i]);
	CHECK_EQ(management(sp, 1, 0x999), -5); /* FF-A refuses */
	CHECK_EQ(management(sp, 2, handle[0]), -3);
	for (int i = 0; i < 16; i++)
		CHECK_EQ(management(sp, 1, handle[i]), 0);
	svcs = sp->svc_count;
	CHECK_EQ(management(sp, 1, handle[16]), -3); /* no slot left, and no FF-A call made */
	CHECK_EQ(sp->svc_count, svcs + 1);	     /* the response */
	CHECK_EQ(management(sp, 2, handle[3]), 0);
	CHECK_EQ(management(sp, 2, handle[3]), -3);
	CHECK_EQ(management(sp, 1, handle[16]), 0); /* the freed slot */
	/* FF-A refuses to relinquish: the slot stays */
	mini.share[5].live = false;
	CHECK_EQ(management(sp, 2, handle[5]), -5);
	mini.share[5].live = true;
	CHECK_EQ(management(sp, 2, handle[5]), 0);
	mini.refuse_retrieve = true;
	CHECK_EQ(management(sp, 1, handle[5]), -5);
	CHECK_EQ(management(sp, 1, handle[5]), 0);
	CHECK_EQ(management(sp, 2, handle[5]), 0);
	mini.fragmented = true; /* not supported: released and refused (5.4) */
	CHECK_EQ(management(sp, 1, handle[5]), -5);
	CHECK_EQ(sp->svc[sp->svc_count - 2], FFA_RX_RELEASE);
}

/* 5.3 and 1.8 */
static void body_messages(void)
{
	struct mini_sp *sp = echo();
	struct smc_regs r;

	r = (struct smc_regs){.x = {FFA_DIRECT_REQ_32, sp->id, 0, 0x80000001}};
	mini_smc(&r);
	CHECK_EQ(r.x[3], 0xc0000000);
	CHECK_EQ((int32_t)r.x[4], FFA_DENIED);
	/* bit 30 alone is cleared before the endpoint sees and echoes it */
	r = (struct smc_regs){.x = {FFA_DIRECT_REQ_32, sp->id, 0, 0x40ff0000}};
	mini_smc(&r);
	CHECK_EQ(r.x[3], 0x00ff0000);
	CHECK_EQ(r.x[4], 1);
	/* 64-bit request (1.1) */
	r = (struct smc_regs){.x = {FFA_DIRECT_REQ_64, sp->id, 0, 0x1234567800ff0000, 5, 6, 7, 8}};
	mini_smc(&r);
	CHECK_EQ(r.x[0], FFA_DIRECT_RESP_64);
	CHECK_EQ(r.x[3], 0xfffffffe00ff0000);
	CHECK_EQ(r.x[4] | r.x[5] | r.x[6] | r.x[7], 0);
}

/* A wrong FF-A version leaves the SP not viable: it says so and computes for ever (5.2). */
static void body_not_viable(void)
{
	struct mini_sp *sp = mini_add("echo", NULL, 0);

	mini.version = 0x00010000;
	pe_timer_set(pe_self(), pe_self()->now_ns + 50000000);
	mini_boot(sp);
	CHECK_EQ(sp->state, MINI_PREEMPTED);
	CHECK(strstr(mini.console, "E/ECHO: SP is not viable: RPC endpoint\n"));
}

static void test_management(void **state)
{
	mini_test(1, body_management);
}

static void test_call(void **state)
{
	mini_test(1, body_call);
}

static void test_memory(void **state)
{
	mini_test(1, body_memory);
}

static void test_messages(void **state)
{
	mini_test(1, body_messages);
}

static void test_not_viable(void **state)
{
	mini_test(1, body_not_viable);
}

/* The table scenarios read: sorted, unique, no argument after a payload. */
static void test_table(void **state)
{
	const struct ffasim_service *service;
	size_t count;

	service = ffasim_services(&count);
	assert_int_equal(count, 14);
	for (size_t i = 0; i < count; i++) {
		assert_true(!i || strcmp(service[i - 1].name, service[i].name) < 0);
		assert_ptr_equal(ffasim_service_find(service[i].name), &service[i]);
		for (size_t j = 0; j < service[i].op_count; j++) {
			const struct ffasim_service_op *op = &service[i].ops[j];

			assert_ptr_equal(ffasim_service_op_find(&service[i], op->name), op);
			assert_non_null(op->doc);
			if (op->flags & FFASIM_OP_PAYLOAD)
				assert_null(op->args[0].name);
			for (size_t k = 0; k < j; k++)
				assert_int_not_equal(service[i].ops[k].opcode, op->opcode);
		}
	}
	assert_null(ffasim_service_find("nobody"));
	service = ffasim_service_find("spin");
	assert_int_equal(ffasim_service_op_find(service, "burn")->opcode, 1);
	assert_string_equal(ffasim_service_op_find(service, "burn")->args[0].name, "work");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_management), cmocka_unit_test(test_call),
		cmocka_unit_test(test_memory),	   cmocka_unit_test(test_messages),
		cmocka_unit_test(test_not_viable), cmocka_unit_test(test_table),
	};

	return cmocka_run_group_tests_name("sps/endpoint", tests, NULL, NULL);
}
