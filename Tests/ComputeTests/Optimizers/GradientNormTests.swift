import Compute
import Testing

@Suite("The norm of gradients")
struct GradientNormTests {
  private static func norm(_ gradients: [Float]) -> Float { gradientNorm(gradients.span) }

  @Test("the norm is Euclid's: 3 and −4 give 5, in a span as in memory, and nothing has none")
  func norms() {
    #expect(Self.norm([3, 0, -4]) == 5)
    #expect(Self.norm([]) == 0)
    #expect(Self.norm([-0.5]) == 0.5)
    let gradients: [Float] = [3, 0, -4]
    let whole = gradients.withUnsafeBufferPointer { gradientNorm($0.baseAddress!, count: 3) }
    let first = gradients.withUnsafeBufferPointer { gradientNorm($0.baseAddress!, count: 1) }
    #expect(whole == 5 && first == 3)
    // Seventeen ones: more than a vector register holds, and no multiple of it.
    let ones = Self.norm([Float](repeating: 1, count: 17))
    #expect(abs(ones - Float(17).squareRoot()) < 1e-6)
  }

  private static func clipped(_ gradients: [Float], to maximum: Float) -> (norm: Float, gradients: [Float]) {
    var gradients = gradients
    var span = gradients.mutableSpan
    let norm = clipGradientNorm(&span, maximum: maximum)
    return (norm, gradients)
  }

  @Test("clipping returns the norm before, and scales to the limit only what is longer")
  func clipping() {
    let kept = Self.clipped([3, -4], to: 10)
    #expect(kept.norm == 5)
    #expect(kept.gradients == [3, -4])
    let cut = Self.clipped([3, -4], to: 2.5)
    #expect(cut.norm == 5)
    #expect(abs(cut.gradients[0] - 1.5) < 1e-6)
    #expect(abs(cut.gradients[1] + 2) < 1e-6)
    let half = gradientClipFactor(norm: 5, maximum: 2.5) ?? 0
    #expect(abs(half - 0.5) < 1e-6)
    #expect(gradientClipFactor(norm: 5, maximum: 5.1) == nil)
    #expect(gradientClipFactor(norm: 0, maximum: 1) == nil)
  }
}
