import COpenBLAS
import Compute

/// The best single-precision matrix product of this machine on one thread, so that other speeds can be given as a share:
/// OpenBLAS (as the process finds it) on square products of three sizes.
func measureMatrixProducts(_ options: Options) throws {
  openblas_set_num_threads(1)
  var speeds: [String: Double] = [:]
  for size in [64, 256, 1024] {
    var random = RandomSource(seed: 0).stream("benchmark/matrices", size)
    let left = (0..<size * size).map { _ in Float(random.uniform() - 0.5) }
    let right = (0..<size * size).map { _ in Float(random.uniform() - 0.5) }
    var product = [Float](repeating: 0, count: size * size)
    let width = Int32(size)
    let batch = max(1, 4_000_000 / (size * size * size))
    let (count, seconds) = repeated(seconds: 0.5) {
      for _ in 0..<batch {
        cblas_sgemm(
          CblasRowMajor, CblasNoTrans, CblasNoTrans, width, width, width, 1, left, width, right, width, 0, &product,
          width)
      }
    }
    let operations = Double(count * batch) * 2 * Double(size) * Double(size) * Double(size)
    speeds["openblas-\(size)"] = operations / seconds.cpu / 1e9
  }
  try finish(ProductReport(best: speeds.values.max() ?? 0, speeds: speeds, corename: openBLASCore()))
}

func openBLASCore() -> String { openblas_get_corename().map { String(cString: $0) } ?? "unknown" }

struct ProductReport: Encodable {
  /// GFLOP/s
  var best: Double
  var speeds: [String: Double]
  var corename: String
}
