import CKernels
import COpenBLAS
import Compute
import Foundation
import Testing

/// The three products of one layer, at the level in force.
private struct LayerResults: Equatable {
  var outputs: [Float]
  var inputGradients: [Float]
  var weightGradients: [Float]
  var biasGradients: [Float]

  /// Every buffer ends in a guard value, which must survive.
  static let guardValue: Float = -7.25

  init(_ problem: LayerProblem, activation: Int32) {
    let (rows, inputs, outputs) = (problem.rows, problem.inputs, problem.outputs)
    self.outputs = [Float](repeating: Self.guardValue, count: rows * outputs + 1)
    inputGradients = [Float](repeating: Self.guardValue, count: rows * inputs + 1)
    weightGradients = [Float](repeating: 0, count: inputs * outputs) + [Self.guardValue]
    biasGradients = [Float](repeating: 0, count: outputs) + [Self.guardValue]
    var scratch = [Float](repeating: 0, count: pk_layer_scratch(inputs, outputs))
    pk_layer_forward(problem.x, problem.w, problem.bias, &self.outputs, rows, inputs, outputs, activation)
    pk_layer_input_gradients(problem.dz, problem.w, nil, &inputGradients, rows, inputs, outputs, 0, &scratch)
    pk_layer_parameter_gradients(
      problem.x, problem.dz, &weightGradients, &biasGradients, rows, inputs, outputs, &scratch)
  }

  var guardsStand: Bool {
    [outputs, inputGradients, weightGradients, biasGradients].allSatisfy { $0.last == Self.guardValue }
  }
}

private struct LayerProblem {
  var rows: Int
  var inputs: Int
  var outputs: Int
  var x: [Float]
  var w: [Float]
  var bias: [Float]
  var dz: [Float]

  init(_ rows: Int, _ inputs: Int, _ outputs: Int) {
    (self.rows, self.inputs, self.outputs) = (rows, inputs, outputs)
    var stream = RandomSource(seed: 5).stream("layer", rows * 10_000 + inputs * 100 + outputs)
    func draw(_ count: Int) -> [Float] { (0..<count).map { _ in 2 * stream.uniformFloat() - 1 } }
    x = draw(rows * inputs)
    w = draw(inputs * outputs)
    bias = draw(outputs)
    dz = draw(rows * outputs)
  }

  /// OpenBLAS's answers.
  func oracle() -> (outputs: [Float], inputGradients: [Float], weightGradients: [Float], biasGradients: [Float]) {
    let (m, k, n) = (Int32(rows), Int32(inputs), Int32(outputs))
    var y = (0..<rows).flatMap { _ in bias }
    cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, m, n, k, 1, x, k, w, n, 1, &y, n)
    var dx = [Float](repeating: 0, count: rows * inputs)
    cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasTrans, m, k, n, 1, dz, n, w, n, 0, &dx, k)
    var dw = [Float](repeating: 0, count: inputs * outputs)
    cblas_sgemm(CblasRowMajor, CblasTrans, CblasNoTrans, k, n, m, 1, x, k, dz, n, 0, &dw, n)
    let db = (0..<outputs).map { j in (0..<rows).reduce(Float(0)) { $0 + dz[$1 * outputs + j] } }
    return (y, dx, dw, db)
  }
}

@Suite("Kernels")
struct KernelTests {
  static let shapes: [(Int, Int, Int)] =
    (1...20).flatMap { i in (1...20).flatMap { j in (1...20).map { (i, j, $0) } } } + [
      (100, 23, 64), (64, 64, 64), (129, 65, 63), (33, 256, 256), (517, 70, 3), (300, 33, 1), (7, 1030, 2),
      (700, 12, 130), (50, 131, 17),
    ]

  @Test("the three products of a layer are OpenBLAS's to rounding, for every small shape and some odd large ones")
  func products() {
    openblas_set_num_threads(1)
    for (rows, inputs, outputs) in Self.shapes {
      let problem = LayerProblem(rows, inputs, outputs)
      let oracle = problem.oracle()
      for level in KernelLevel.available {
        let results = level.perform { LayerResults(problem, activation: Int32(PK_IDENTITY)) }
        let errors = [
          error(results.outputs, oracle.outputs, depth: inputs),
          error(results.inputGradients, oracle.inputGradients, depth: outputs),
          error(results.weightGradients, oracle.weightGradients, depth: rows),
          error(results.biasGradients, oracle.biasGradients, depth: rows),
        ]
        let place = "\(rows) × \(inputs) → \(outputs), \(level.name)"
        guard results.guardsStand else {
          Issue.record("wrote past the end: \(place)")
          return
        }
        guard errors.allSatisfy({ $0 < 1 }) else {
          Issue.record("errors \(errors): \(place)")
          return
        }
      }
    }
  }

  /// The largest difference, in units of what rounding explains.
  private func error(_ a: [Float], _ b: [Float], depth: Int) -> Float {
    zip(a, b).reduce(0) { $1.0.isFinite ? max($0, abs($1.0 - $1.1)) : .infinity } / (2e-7 * Float(depth + 4))
  }

  @Test("AVX2 and AVX-512 give the same bits", .enabled(if: KernelLevel.available.contains(.avx512)))
  func sameBits() {
    for (rows, inputs, outputs) in Self.shapes {
      let problem = LayerProblem(rows, inputs, outputs)
      for activation in 0..<Int32(4) {
        let narrow = KernelLevel.avx2.perform { LayerResults(problem, activation: activation) }
        let wide = KernelLevel.avx512.perform { LayerResults(problem, activation: activation) }
        guard narrow == wide else {
          Issue.record("\(rows) × \(inputs) → \(outputs)")
          return
        }
      }
    }
    let values = (0..<5001).map { Float($0 - 2500) / 100 }
    var (narrow, wide) = (values, values)
    for function in [pk_tanh, pk_exp, pk_log, pk_sigmoid] {
      KernelLevel.avx2.perform { function(values, &narrow, values.count) }
      KernelLevel.avx512.perform { function(values, &wide, values.count) }
      #expect(narrow.map(\.bitPattern) == wide.map(\.bitPattern))
    }
  }

  @Test("a row's result does not depend on the other rows")
  func rowsAreIndependent() {
    for (inputs, outputs) in [(3, 64), (64, 64), (64, 1), (23, 5), (16, 2), (40, 33)] {
      let problem = LayerProblem(37, inputs, outputs)
      for level in KernelLevel.available {
        level.perform {
          var all = [Float](repeating: 0, count: 37 * outputs)
          pk_layer_forward(problem.x, problem.w, problem.bias, &all, 37, inputs, outputs, Int32(PK_TANH))
          for row in 0..<37 {
            var one = [Float](repeating: 0, count: outputs)
            let x = Array(problem.x[row * inputs..<(row + 1) * inputs])
            pk_layer_forward(x, problem.w, problem.bias, &one, 1, inputs, outputs, Int32(PK_TANH))
            #expect(one == Array(all[row * outputs..<(row + 1) * outputs]), "row \(row), \(inputs) → \(outputs)")
          }
        }
      }
    }
  }
}
