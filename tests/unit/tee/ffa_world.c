/* SPDX-License-Identifier: BSD-3-Clause */
#include "ffa_world.h"

#include <dlfcn.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

int (*ffa_send)(int narrow, unsigned long data0, unsigned long *answer0);
int (*ffa_run)(unsigned vcpu);
int (*ffa_share)(unsigned ranges, int use_txbuf, int lend, unsigned long long *handle);
int (*ffa_notify)(int id);
unsigned (*ffa_version)(void);
int (*ffa_extended)(const unsigned char *uuid, unsigned long first, unsigned long *answer);
int (*ffa_indirect)(const void *text, unsigned long bytes);
void (*ffa_sleep)(unsigned ms);
const char *(*ffa_message)(void);
int (*ffa_framework)(int on);

void ffa_world_find(void)
{
	void *client = dlopen(tw.cfg.module[2].path, RTLD_NOW | RTLD_NOLOAD);
	const struct {
		void *entry;
		const char *name;
	} entries[] = {
		{&ffa_send, "ffa_client_send"},		{&ffa_run, "ffa_client_run"},
		{&ffa_share, "ffa_client_share"},	{&ffa_notify, "ffa_client_notify"},
		{&ffa_version, "ffa_client_version"},	{&ffa_extended, "ffa_client_extended"},
		{&ffa_indirect, "ffa_client_indirect"}, {&ffa_sleep, "ffa_client_sleep"},
		{&ffa_message, "ffa_client_message"},	{&ffa_framework, "ffa_client_framework"},
	};

	CHECK_EQ(client != NULL, 1);
	for (unsigned i = 0; i < sizeof(entries) / sizeof(entries[0]); i++) {
		void *at = dlsym(client, entries[i].name);

		CHECK_EQ(at != NULL, 1);
		memcpy(entries[i].entry, &at, sizeof(at));
	}
	dlclose(client);
}

void ffa_world_init(void)
{
	tee_world_init("echo");
	tw.cfg.module[0] = (struct world_module){"tee", NULL};
	tw.cfg.module[1] = (struct world_module){"arm_ffa", NULL};
	tw.cfg.module[2] = (struct world_module){"ffa_client", FFA_CLIENT};
	tw.cfg.module_count = 3;
}

void ffa_world_init_generation(enum klinux_generation generation, const char *client)
{
	ffa_world_init();
	tw.cfg.linux_cfg.generation = generation;
	tw.cfg.module[2].path = client;
}
