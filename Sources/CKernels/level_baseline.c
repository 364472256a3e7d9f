// The kernels for any processor.
#include "table.h"

#define PK_LEVEL PK_LEVEL_BASELINE
#define PK_TABLE pk_table_baseline
#include "body/body.h"
