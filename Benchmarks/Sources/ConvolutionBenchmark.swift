import Compute

/// Forward and backward passes per second of the Atari network (84 × 84 × 4, six outputs) at one batch size: the loss is
/// half the sum of the squared outputs, and each pass writes the whole gradient.
func measureConvolution(_ options: Options) throws {
  let rows = try options.count("batch", default: 32)
  let shape = ConvolutionalShape.nature(outputs: 6)
  let network = ConvolutionalNetwork(shape, initialization: .pyTorchDefault, random: RandomSource(seed: 0))
  var stream = RandomSource(seed: 0).stream("benchmark/images")
  let images = (0..<rows * shape.inputs).map { _ in stream.uniformFloat() }
  var slopes = [Float](repeating: 0, count: shape.parameterCount)
  let gradient = ConvolutionalGradient(shape)

  let seconds = try options.number("seconds", default: 4)
  let (passes, both) = repeated(seconds: seconds) {
    var span = slopes.mutableSpan
    gradient.write(network.parameters.span, images: images.span, rows: rows, into: &span) { _, outputs, derivatives in
      for index in 0..<outputs.count { derivatives[index] = outputs[index] }
    }
  }
  guard slopes.contains(where: { $0 != 0 }), slopes.allSatisfy(\.isFinite) else {
    throw Complaint(text: "the gradient is zero or not finite")
  }
  // Places × weights, twice for a multiplication and an addition; backward twice more, but for the images' own slopes.
  let first = 400 * 256 * 32
  let others = [81 * 512 * 64, 49 * 576 * 64, 3136 * 512, 512 * 6].reduce(0, +)
  let work = Double(rows * (4 * first + 6 * others))
  try finish(
    ConvolutionReport(
      rate: Double(passes) / both.cpu, steps: passes, wall: both.wall, cpu: both.cpu,
      gigaflops: work * Double(passes) / both.cpu / 1e9))
}

struct ConvolutionReport: Encodable {
  var rate: Double
  var steps: Int
  var wall: Double
  var cpu: Double
  var gigaflops: Double
}
