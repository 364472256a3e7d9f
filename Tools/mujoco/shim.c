// The bridge between Pactolus and MuJoCo, compiled by Tools/setup-mujoco against the headers that come with the very
// library that it is linked to. So the layouts of mjModel and mjData and the bits of a state's signature are the
// compiler's business, and a header of another version is refused here instead of read wrongly.
//
// A state is mj_getState(…, mjSTATE_INTEGRATION): all that the next step depends on. Behind it lie derived numbers,
// as a plan of (field, first, count) triples asks for. All pointers are to memory of the caller's.

#include <mujoco/mujoco.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#define INTERFACE 1

enum { // fields of a plan; Swift has the same numbers
  FIELD_XPOS = 0,
  FIELD_SITE_XPOS = 1,
  FIELD_CFRC_EXT = 2,
  FIELD_CINERT = 3,
  FIELD_CVEL = 4,
  FIELD_QFRC_ACTUATOR = 5,
  FIELD_QFRC_CONSTRAINT = 6,
  FIELD_CENTRE_OF_MASS = 7,
  FIELD_GROUND_CONTACTS = 8,
};

// MuJoCo would write a file of warnings into the working folder; what matters of them is counted in mjData.
static void quiet(const char *text) { (void)text; }

int pactolus_mujoco_interface(void) { return INTERFACE; }
int pactolus_mujoco_headers(void) { return mjVERSION_HEADER; }
int pactolus_mujoco_library(void) { return mj_version(); }

void *pactolus_mujoco_load(const char *path, char *error, int capacity) {
  mju_user_warning = quiet;
  return mj_loadXML(path, NULL, error, capacity);
}

void *pactolus_mujoco_make_data(const void *model) { return mj_makeData(model); }

int pactolus_mujoco_size(const void *model, int what) {
  const mjModel *m = model;
  switch (what) {
  case 0: return m->nq;
  case 1: return m->nv;
  case 2: return m->nu;
  case 3: return m->nbody;
  case 4: return m->ngeom;
  case 5: return m->nsite;
  case 6: return mj_stateSize(m, mjSTATE_INTEGRATION);
  case 7: return mj_stateSize(m, mjSTATE_QPOS - 1); // where qpos begins in a state: behind all lower bits
  case 8: return mj_stateSize(m, mjSTATE_QVEL - 1);
  case 9: return mj_stateSize(m, mjSTATE_CTRL - 1);
  default: return -1;
  }
}

double pactolus_mujoco_time_step(const void *model) { return ((const mjModel *)model)->opt.timestep; }

// [nu × 2]: the ranges of the controls; −∞ … ∞ where one has none.
void pactolus_mujoco_control_ranges(const void *model, double *out) {
  const mjModel *m = model;
  for (int i = 0; i < m->nu; i++) {
    out[2 * i] = m->actuator_ctrllimited[i] ? m->actuator_ctrlrange[2 * i] : -INFINITY;
    out[2 * i + 1] = m->actuator_ctrllimited[i] ? m->actuator_ctrlrange[2 * i + 1] : INFINITY;
  }
}

// [ngeom × 6]: type, body, visible (by the colour's alpha), and the three sizes.
void pactolus_mujoco_geoms(const void *model, double *out) {
  const mjModel *m = model;
  for (int g = 0; g < m->ngeom; g++) {
    double *row = out + 6 * g;
    row[0] = m->geom_type[g];
    row[1] = m->geom_bodyid[g];
    row[2] = m->geom_rgba[4 * g + 3] > 0;
    for (int k = 0; k < 3; k++) row[3 + k] = m->geom_size[3 * g + k];
  }
}

// 0 body, 1 geom, 2 site, 3 joint, 4 actuator; −1 where there is none.
int pactolus_mujoco_find(const void *model, int kind, const char *name) {
  static const int kinds[] = {mjOBJ_BODY, mjOBJ_GEOM, mjOBJ_SITE, mjOBJ_JOINT, mjOBJ_ACTUATOR};
  return kind < 0 || kind > 4 ? -1 : mj_name2id(model, kinds[kind], name);
}

static const mjtNum *field(const mjData *d, int which) {
  switch (which) {
  case FIELD_XPOS: return d->xpos;
  case FIELD_SITE_XPOS: return d->site_xpos;
  case FIELD_CFRC_EXT: return d->cfrc_ext;
  case FIELD_CINERT: return d->cinert;
  case FIELD_CVEL: return d->cvel;
  case FIELD_QFRC_ACTUATOR: return d->qfrc_actuator;
  case FIELD_QFRC_CONSTRAINT: return d->qfrc_constraint;
  default: return NULL;
  }
}

// Which geoms touch something of the world body: a set of bits, exact in a double for the first 53 geoms.
static double ground_contacts(const mjModel *m, const mjData *d) {
  uint64_t set = 0;
  for (int i = 0; i < d->ncon; i++) {
    const mjContact *c = d->contact + i;
    int a = c->geom[0], b = c->geom[1];
    if (a < 0 || b < 0 || c->exclude) continue;
    if (m->geom_bodyid[a] == 0 && b < 53) set |= (uint64_t)1 << b;
    if (m->geom_bodyid[b] == 0 && a < 53) set |= (uint64_t)1 << a;
  }
  return (double)set;
}

static void centre_of_mass(const mjModel *m, const mjData *d, double *out, int count) {
  double mass = 0, sum[3] = {0, 0, 0};
  for (int b = 0; b < m->nbody; b++) {
    mass += m->body_mass[b];
    for (int k = 0; k < 3; k++) sum[k] += m->body_mass[b] * d->xipos[3 * b + k];
  }
  for (int k = 0; k < count; k++) out[k] = sum[k] / mass;
}

static void export_state(const mjModel *m, const mjData *d, double *state, const int *plan, int pieces) {
  mj_getState(m, d, state, mjSTATE_INTEGRATION);
  double *out = state + mj_stateSize(m, mjSTATE_INTEGRATION);
  for (int p = 0; p < pieces; p++) {
    int which = plan[3 * p], first = plan[3 * p + 1], count = plan[3 * p + 2];
    if (which == FIELD_CENTRE_OF_MASS) {
      centre_of_mass(m, d, out, count);
    } else if (which == FIELD_GROUND_CONTACTS) {
      out[0] = ground_contacts(m, d);
    } else {
      memcpy(out, field(d, which) + first, sizeof(double) * (size_t)count);
    }
    out += count;
  }
}

// The model's own start, positions and velocities.
void pactolus_mujoco_start(const void *model, void *data, double *qpos, double *qvel) {
  const mjModel *m = model;
  mjData *d = data;
  mj_resetData(m, d);
  memcpy(qpos, d->qpos, sizeof(double) * (size_t)m->nq);
  memcpy(qvel, d->qvel, sizeof(double) * (size_t)m->nv);
}

// A state from positions and velocities, everything else as new.
void pactolus_mujoco_reset(const void *model, void *data, const double *qpos, const double *qvel, double *state,
                           const int *plan, int pieces) {
  const mjModel *m = model;
  mjData *d = data;
  mj_resetData(m, d);
  memcpy(d->qpos, qpos, sizeof(double) * (size_t)m->nq);
  memcpy(d->qvel, qvel, sizeof(double) * (size_t)m->nv);
  mj_forward(m, d);
  export_state(m, d, state, plan, pieces);
}

// `skip` steps of the engine under one action. Returns how often the engine found its state diverged, and so began
// anew from the model's start; 0 in any sane simulation.
int pactolus_mujoco_step(const void *model, void *data, double *state, const float *action, int skip, const int *plan,
                         int pieces) {
  const mjModel *m = model;
  mjData *d = data;
  static const int bad[] = {mjWARN_BADQPOS, mjWARN_BADQVEL, mjWARN_BADQACC};
  mj_setState(m, d, state, mjSTATE_INTEGRATION);
  for (int i = 0; i < m->nu; i++) d->ctrl[i] = action[i];
  for (int k = 0; k < 3; k++) d->warning[bad[k]].number = 0;
  for (int k = 0; k < skip; k++) mj_step(m, d);
  mj_rnePostConstraint(m, d);
  export_state(m, d, state, plan, pieces);
  int failures = 0;
  for (int k = 0; k < 3; k++) failures += d->warning[bad[k]].number;
  return failures;
}

// Where the geoms are at these positions, for drawing: [ngeom × 3] and [ngeom × 9].
void pactolus_mujoco_pose(const void *model, void *data, const double *qpos, double *places, double *turns) {
  const mjModel *m = model;
  mjData *d = data;
  memcpy(d->qpos, qpos, sizeof(double) * (size_t)m->nq);
  mj_kinematics(m, d);
  memcpy(places, d->geom_xpos, sizeof(double) * (size_t)(3 * m->ngeom));
  memcpy(turns, d->geom_xmat, sizeof(double) * (size_t)(9 * m->ngeom));
}
