/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * An SP with two services, for tests: `upper` works on the request and answers it in capitals,
 * `relay` passes its request on to the echo SP, which booted earlier.
 */
#include <string.h>
#include "services.h"
#include "ts_caller.h"
#include "ts_service.h"

struct relay {
	struct ts_session echo;
	unsigned starts;
};

struct pair {
	struct ts_host host;
	unsigned calls; /* of upper */
	struct relay relay;
};

static int32_t upper(struct ts_call *call)
{
	unsigned *calls = call->state;
	uint32_t work_us;
	struct ts_span text;

	if (!ts_get_u32(&call->in, &work_us) || !ts_tlv_find(&call->in, 1, &text))
		return RPC_ERROR_INVALID_REQUEST_BODY;
	ts_charge(call->host, work_us * 1000ull);
	++*calls;
	ts_put_u32(&call->out, *calls);
	for (size_t i = 0; i < text.len; i++)
		ts_put_bytes(&call->out, &(uint8_t){text.data[i] & ~0x20}, 1);
	return ts_answered(call, *calls == 3 ? -7 : 0);
}

static int32_t relay(struct ts_call *call)
{
	struct relay *r = call->state;
	const size_t len = ts_left(&call->in);
	int32_t status = 0;
	size_t got;

	memcpy(r->echo.buf, call->in.at, len);
	if (ts_session_call(&r->echo, &call->host->l, ECHO_REVERSE, len, &got, &status))
		return RPC_ERROR_INTERNAL;
	ts_put_bytes(&call->out, r->echo.buf, got);
	return ts_answered(call, status);
}

static int32_t hang_up(struct ts_call *call)
{
	struct relay *r = call->state;

	return ts_done(call, ts_session_close(&r->echo, &call->host->l));
}

static int32_t say(struct ts_call *call)
{
	libsp_trace(&call->host->l, "said");
	return ts_done(call, 0);
}

static int relay_start(struct ts_host *host, void *state)
{
	static const uint8_t uuid[16] = ECHO_UUID;
	struct relay *r = state;

	r->starts++;
	return ts_session_open(&r->echo, &host->l, uuid, 100);
}

static const struct ts_op upper_ops[] = {{1, 4, upper, "upper", 1000, 0}};
static const struct ts_op relay_ops[] = {
	{1, 0, relay, "relay", 0, 0},
	{7, 0, hang_up, "hang_up", 0, 0},
	{8, 0, say, "say", 0, 0},
};
static const struct ts_service upper_service = {
	.name = "upper", .uuid = SPS_UUID(0xf1), .ops = upper_ops, .op_count = 1};
static const struct ts_service relay_service = {.name = "relay",
						.uuid = SPS_UUID(0xf2),
						.ops = relay_ops,
						.op_count = 3,
						.start = relay_start};
static const struct ts_hosted hosted[] = {
	{&upper_service, offsetof(struct pair, calls)},
	{&relay_service, offsetof(struct pair, relay)},
};
static const struct ts_image image = {"PAIR", hosted, 2};

static void pair_main(struct ffasim_sp *sp, uint64_t boot_info_va)
{
	struct pair *p = ffasim_sp_state(sp);

	ts_host_run(&p->host, sp, &image);
}

FFASIM_SP_IMAGE(.name = "pair", .state_bytes = sizeof(struct pair), .main = pair_main);
