import CKernels
import Compute
import Foundation
import Testing

@Suite("Element-wise functions")
struct FunctionTests {
  private typealias Function = (UnsafePointer<Float>?, UnsafeMutablePointer<Float>?, Int) -> Void

  /// The largest relative error over `values`, at every level.
  private func worst(_ function: Function, _ exact: (Double) -> Double, _ values: [Float]) -> Double {
    var result = 0.0
    var outputs = values
    for level in KernelLevel.available {
      level.perform { function(values, &outputs, values.count) }
      for (x, y) in zip(values, outputs) {
        let truth = exact(Double(x))
        if truth != 0 { result = max(result, abs(Double(y) - truth) / abs(truth)) }
      }
    }
    return result
  }

  @Test("tanh is right to 3e-7 from the smallest to the largest, and never passes 1")
  func hyperbolicTangent() {
    var values = (0...200_001).map { Float($0 - 100_000) / 8_000 }
    values += (-120...120).flatMap { [Float(sign: .plus, exponent: $0, significand: 1.37)] }
    #expect(worst(pk_tanh, tanh, values) < 3e-7)
    var outputs = values
    pk_tanh(values, &outputs, values.count)
    #expect(outputs.allSatisfy { abs($0) <= 1 })
  }

  @Test("exp, log and the logistic function are right to 2e-7")
  func exponentials() {
    let values = (0...170_001).map { Float($0 - 85_000) / 1_000 }
    #expect(worst(pk_exp, exp, values) < 2e-7)
    #expect(worst(pk_sigmoid, { 1 / (1 + exp(-$0)) }, values) < 2e-7)
    let positive = (-148...127).flatMap { e in
      (0..<64).map { Float(sign: .plus, exponent: e, significand: 1 + Float($0) / 64) }
    }
    #expect(worst(pk_log, log, positive) < 2e-7)
  }

  @Test("infinities, zeros and NaN go where they belong, in every lane")
  func specialValues() {
    for level in KernelLevel.available {
      level.perform {
        for lane in 0..<19 {
          func at(_ x: Float, _ function: Function) -> Float {
            var values = [Float](repeating: 0.5, count: 19)
            values[lane] = x
            function(values, &values, 19)
            return values[lane]
          }
          for x in [9, 20, 1e30, .infinity] as [Float] {
            #expect(abs(at(x, pk_tanh) - 1) < 2e-7 && at(-x, pk_tanh) == -at(x, pk_tanh))
          }
          #expect(at(.nan, pk_tanh).isNaN && at(0, pk_tanh) == 0 && at(-0.0, pk_tanh).sign == .minus)
          #expect(at(.infinity, pk_exp) == .infinity && at(-.infinity, pk_exp) == 0 && at(.nan, pk_exp).isNaN)
          #expect(at(89, pk_exp) == .infinity && at(-110, pk_exp) == 0 && at(0, pk_exp) == 1)
          #expect(at(0, pk_log) == -.infinity && at(-1, pk_log).isNaN && at(.infinity, pk_log) == .infinity)
          #expect(at(.nan, pk_log).isNaN && at(1, pk_log) == 0)
          #expect(at(.infinity, pk_sigmoid) == 1 && at(-.infinity, pk_sigmoid) == 0 && at(0, pk_sigmoid) == 0.5)
          #expect(at(.nan, pk_sigmoid).isNaN)
        }
      }
    }
  }

  @Test("NaN in one input row spoils that row and no other")
  func notANumber() {
    let shape = NetworkShape(inputs: 3, hidden: [20, 20], outputs: 2, activation: .tanh)
    let network = Network(shape, initialization: .he, random: RandomSource(seed: 0))
    let outputs = network([1, 2, 3, .nan, 0, 0, 4, 5, 6], rows: 3)
    #expect(outputs.map(\.isNaN) == [false, false, true, true, false, false])
  }
}
