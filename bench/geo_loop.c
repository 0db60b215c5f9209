/* The floor for area selection: one crossing loop over all points, edges indexed by slabs of latitude.
   loop(n, x, y, m, ax, ay, bx, by, slabs, start, edge, south, step, out) -> number of points inside. */
#include <stdint.h>

long loop(long n, const double *x, const double *y,
          const double *ax, const double *ay, const double *bx, const double *by,
          long slabs, const int32_t *start, const int32_t *edge,
          double south, double step, double west, double east, double north, int32_t *out)
{
    long found = 0;
    for (long i = 0; i < n; i++) {
        double px = x[i], py = y[i];
        if (!(px >= west && px <= east && py >= south && py <= north)) continue;
        long s = (long)((py - south) / step);
        if (s < 0 || s >= slabs) continue;
        int odd = 0;
        for (int32_t k = start[s]; k < start[s + 1]; k++) {
            int32_t e = edge[k];
            if ((ay[e] <= py) != (by[e] <= py) &&
                px < ax[e] + (py - ay[e]) / (by[e] - ay[e]) * (bx[e] - ax[e])) odd ^= 1;
        }
        if (odd) out[found++] = (int32_t)i;
    }
    return found;
}
