/* SPDX-License-Identifier: BSD-3-Clause */
#include "host/conform.h"

const struct statement_table conform_memory = {NULL, 0};
