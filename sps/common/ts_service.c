/* SPDX-License-Identifier: BSD-3-Clause */
/* The SP around its services; see ts_service.h. */
#include "ts_service.h"

#include <string.h>

void ts_charge(struct ts_host *host, uint64_t ns)
{
	if (host->l.sp && ns && host->cost_percent)
		ffasim_sp_work_ns(host->l.sp, ns / 100 * host->cost_percent +
						      ns % 100 * host->cost_percent / 100);
}

static const struct ts_op *op_find(const struct ts_service *service, uint16_t opcode)
{
	size_t low = 0, high = service->op_count;

	if (service->any_opcode)
		return service->ops;
	while (low < high) {
		const size_t mid = low + (high - low) / 2;

		if (service->ops[mid].opcode == opcode)
			return &service->ops[mid];
		if (service->ops[mid].opcode < opcode)
			low = mid + 1;
		else
			high = mid;
	}
	return NULL;
}

int32_t ts_host_serve(struct ts_host *host, const struct ts_hosted *hosted,
		      struct ts_rpc_request *req)
{
	const struct ts_op *op = op_find(hosted->service, req->opcode);
	struct ts_call call = {
		.host = host,
		.state = host->state + hosted->state_offset,
		.op = op,
		.opcode = req->opcode,
		.owner = req->source_id,
		.client_id = req->client_id,
	};
	int32_t rpc;

	if (!op)
		return RPC_ERROR_INVALID_VALUE;
	if (req->request_bytes < op->fixed_bytes)
		return RPC_ERROR_INVALID_REQUEST_BODY;
	if (req->request_bytes > TS_REQUEST_BYTES || host->depth == TS_DEPTH_MAX)
		return RPC_ERROR_RESOURCE_FAILURE;
	if (req->request_bytes)
		memcpy(host->request[host->depth], req->data, req->request_bytes);
	call.in = ts_reader_of(host->request[host->depth], req->request_bytes);
	call.out = ts_writer_of(req->data, req->size_bytes);
	ts_charge(host, op->base_ns + (uint64_t)op->kib_ns * req->request_bytes / 1024);
	host->depth++;
	rpc = op->handler(&call);
	host->depth--;
	if (rpc != RPC_SUCCESS)
		return rpc;
	req->service_status = call.status;
	req->response_bytes = call.out.used;
	return RPC_SUCCESS;
}

const struct ts_hosted *ts_host_find(const struct ts_host *host, const uint8_t uuid[16])
{
	for (size_t i = 0; i < host->up; i++)
		if (!memcmp(host->image->hosted[i].service->uuid, uuid, 16))
			return &host->image->hosted[i];
	return NULL;
}

int32_t ts_done(struct ts_call *call, int64_t status)
{
	call->status = status;
	call->out.used = 0;
	return RPC_SUCCESS;
}

int32_t ts_answered(struct ts_call *call, int64_t status)
{
	if (status)
		return ts_done(call, status);
	return call->out.failed ? RPC_ERROR_INTERNAL : RPC_SUCCESS;
}

#define BOOT_HEADER_BYTES 32u
#define BOOT_DESCRIPTOR_BYTES 32u
#define BOOT_SIGNATURE 0x0ffau
#define FDT_MAGIC "\xd0\x0d\xfe\xed"

const void *ts_host_manifest(struct ts_host *host)
{
	const uint8_t *info =
		host->boot_info_va ? ffasim_sp_va(host->l.sp, host->boot_info_va,
						  BOOT_HEADER_BYTES + BOOT_DESCRIPTOR_BYTES, false)
				   : NULL;
	uint32_t signature, size;
	uint64_t content;
	const void *fdt;

	if (!info)
		return NULL;
	memcpy(&signature, info, sizeof(signature));
	/* libsp looks at descriptor 0 only, and takes a device tree of the standard type (5.1). */
	memcpy(&size, info + BOOT_HEADER_BYTES + 20, sizeof(size));
	memcpy(&content, info + BOOT_HEADER_BYTES + 24, sizeof(content));
	if (signature != BOOT_SIGNATURE || info[BOOT_HEADER_BYTES + 16] || size < 40)
		return NULL;
	fdt = ffasim_sp_va(host->l.sp, content, size, false);
	return fdt && !memcmp(fdt, FDT_MAGIC, 4) ? fdt : NULL;
}

static int32_t dispatch(struct ts_rpc_request *req)
{
	struct ts_host *host = req->ep->ctx;

	return ts_host_serve(host, &host->image->hosted[req->interface_id], req);
}

_Noreturn void ts_host_run(struct ts_host *host, struct ffasim_sp *sp, const struct ts_image *image)
{
	struct libsp *l = &host->l;

	l->host = host;
	host->image = image;
	host->state = ffasim_sp_state(sp);
	host->cost_percent = ffasim_sp_option_u64(sp, "cost_percent", 100);
	if (libsp_boot(l, sp, image->prefix))
		libsp_not_viable(l, "FF-A setup");
	if (!image->no_log_client)
		log_client_open(&host->log, l);
	for (size_t i = 0; i < image->hosted_count; i++) {
		const struct ts_hosted *h = &image->hosted[i];

		if (h->service->start && h->service->start(host, host->state + h->state_offset))
			libsp_not_viable(l, h->service->name);
		host->up++;
	}
	if (ts_rpc_init(&host->ep, l, host))
		libsp_not_viable(l, "RPC endpoint");
	for (size_t i = 0; i < image->hosted_count; i++) {
		host->rpc[i] = (struct ts_rpc_service){.dispatch = dispatch};
		memcpy(host->rpc[i].uuid, image->hosted[i].service->uuid, 16);
		if (ts_rpc_add_service(&host->ep, &host->rpc[i]))
			libsp_not_viable(l, "too many services");
	}
	ts_rpc_run(&host->ep);
}
