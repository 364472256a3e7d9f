import Compute
import Foundation
import Testing

@Suite("Adam")
struct AdamTests {
  /// Five steps of `torch.optim` 2.x from [0.5, −1.25, 2] with the gradients below, learning rate 0.01.
  static let cases: [(name: String, settings: AdamSettings, expected: [Float])] = [
    ("Adam", AdamSettings(learningRate: 0.01), [0.45149171352386475, -1.2287758588790894, 1.9856505393981934]),
    (
      "AdamW, weight decay 0.1", AdamSettings(learningRate: 0.01, weightDecay: 0.1),
      [0.44909435510635376, -1.2226169109344482, 1.9757152795791626]
    ),
    (
      "Adam, penalty 0.1", AdamSettings(learningRate: 0.01, l2: 0.1),
      [0.45078787207603455, -1.2205647230148315, 1.9819024801254272]
    ),
    (
      "Adam, betas 0.8 and 0.95, epsilon 1e-5",
      AdamSettings(learningRate: 0.01, beta1: 0.8, beta2: 0.95, epsilon: 1e-5),
      [0.45043522119522095, -1.2323157787322998, 1.9865854978561401]
    ),
  ]

  @Test("five steps are PyTorch's", arguments: cases.indices)
  func pyTorch(index: Int) {
    let (name, settings, expected) = Self.cases[index]
    for level in KernelLevel.available {
      level.perform {
        var parameters: [Float] = [0.5, -1.25, 2]
        var adam = Adam(settings, count: 3)
        for t in 0..<5 {
          let gradients = [0.1 * Float(t + 1), -0.5 + 0.3 * Float(t), t % 2 == 0 ? 2 : -2]
          adam.update(&parameters, gradients: gradients)
        }
        for (value, truth) in zip(parameters, expected) {
          #expect(abs(value - truth) <= 5e-7, "\(name), \(level.name): \(value), PyTorch \(truth)")
        }
        #expect(adam.steps == 5)
      }
    }
  }

  @Test("the first step moves each parameter by the learning rate, against its gradient")
  func firstStep() {
    for count in 1...40 {
      var parameters = [Float](repeating: 1, count: count)
      let gradients = (0..<count).map { $0 % 2 == 0 ? Float($0 + 1) : -0.01 }
      var adam = Adam(AdamSettings(learningRate: 1), count: count)
      adam.update(&parameters, gradients: gradients, learningRate: 0.125)
      for i in 0..<count { #expect(abs(parameters[i] - (i % 2 == 0 ? 0.875 : 1.125)) < 1e-5) }
    }
  }

  @Test("interrupted through JSON and continued, it goes where it would have gone")
  func resumption() throws {
    let gradients = (0..<33).map { sin(Float($0)) }
    var whole = [Float](repeating: 0.5, count: 33)
    var adam = Adam(AdamSettings(learningRate: 0.003, weightDecay: 0.01), count: 33)
    for _ in 0..<7 { adam.update(&whole, gradients: gradients) }
    let (parameters, saved) = (whole, try JSONEncoder().encode(adam))
    for _ in 0..<7 { adam.update(&whole, gradients: gradients) }
    var resumed = try JSONDecoder().decode(Adam.self, from: saved)
    var continued = parameters
    for _ in 0..<7 { resumed.update(&continued, gradients: gradients) }
    #expect(continued == whole && resumed == adam)
  }

  @Test("AVX2 and AVX-512 give the same bits", .enabled(if: KernelLevel.available.contains(.avx512)))
  func sameBits() {
    func train() -> [Float] {
      var parameters = (0..<101).map { cos(Float($0)) }
      var adam = Adam(AdamSettings(learningRate: 0.01, weightDecay: 0.1, l2: 0.2), count: 101)
      for t in 0..<20 { adam.update(&parameters, gradients: (0..<101).map { sin(Float($0 * t)) }) }
      return parameters
    }
    #expect(KernelLevel.avx2.perform(train) == KernelLevel.avx512.perform(train))
  }

  @Test("gradients are scaled to the norm allowed, as PyTorch does, or left alone")
  func clipping() {
    var gradients: [Float] = [3, -4, 12]
    #expect(clipGradientNorm(&gradients, count: 3, maximum: 0.5) == 13)
    let scaled: [Float] = [0.11538460850715637, -0.1538461446762085, 0.4615384340286255]
    #expect(zip(gradients, scaled).allSatisfy { abs($0 - $1) < 1e-7 })
    var small: [Float] = [0.25, 0]
    #expect(clipGradientNorm(&small, count: 2, maximum: 0.5) == 0.25)
    #expect(small == [0.25, 0])
  }
}
