/* SPDX-License-Identifier: BSD-3-Clause */
#include "host/conform.h"

const struct statement_table conform_interrupts = {NULL, 0};
