extension NetworkPass {
  /// Evaluates all members.
  ///
  /// - Parameters:
  ///   - parameters: [members × parameterCount].
  ///   - inputs: [rows × inputs], shared by all members.
  ///   - rows: the number of input rows.
  ///   - outputs: [members × rows × outputs], overwritten.
  /// - Complexity: two operations for each weight, member and row.
  public func evaluate(
    _ parameters: Span<Float>, inputs: Span<Float>, rows: Int, into outputs: inout MutableSpan<Float>
  ) {
    check(parameters, inputs, rows)
    precondition(outputs.count == members * rows * shape.outputs, "room for the outputs of all members and rows")
    guard rows > 0 else { return }
    withAddresses(parameters, inputs) { parameters, inputs in
      let result = UnsafeBufferPointer(start: forward(parameters, inputs: inputs, rows: rows), count: outputs.count)
      for index in result.indices { outputs[index] = result[index] }
    }
  }

  /// The gradient of a loss.
  ///
  /// - Parameters:
  ///   - parameters: [members × parameterCount].
  ///   - inputs: [rows × inputs], shared by all members.
  ///   - rows: the number of input rows.
  ///   - gradients: [members × parameterCount]; the derivatives are added to what stands there.
  ///   - loss: given the outputs, [members × rows × outputs], writes the loss's derivatives with respect to them, in the
  ///     same layout.
  /// - Complexity: six operations for each weight, member and row.
  public func differentiate(
    _ parameters: Span<Float>, inputs: Span<Float>, rows: Int, into gradients: inout MutableSpan<Float>,
    loss: (_ outputs: Span<Float>, _ derivatives: inout MutableSpan<Float>) -> Void
  ) {
    check(parameters, inputs, rows)
    precondition(gradients.count == parameters.count, "a derivative for each parameter")
    guard rows > 0 else { return }
    var derivatives = [Float](repeating: 0, count: members * rows * shape.outputs)
    withAddresses(parameters, inputs) { parameters, inputs in
      let outputs = UnsafeBufferPointer(
        start: forward(parameters, inputs: inputs, rows: rows), count: derivatives.count)
      var slopes = derivatives.mutableSpan
      loss(outputs.span, &slopes)
      gradients.withUnsafeMutableBufferPointer {
        backward(parameters, outputGradients: derivatives, parameterGradients: $0.baseAddress!)
      }
    }
  }

  /// There are parameters, and inputs if there are rows.
  private func withAddresses(
    _ parameters: Span<Float>, _ inputs: Span<Float>, _ body: (UnsafePointer<Float>, UnsafePointer<Float>) -> Void
  ) {
    parameters.withUnsafeBufferPointer { parameters in
      inputs.withUnsafeBufferPointer { body(parameters.baseAddress!, $0.baseAddress!) }
    }
  }

  private func check(_ parameters: Span<Float>, _ inputs: Span<Float>, _ rows: Int) {
    precondition(parameters.count == members * shape.parameterCount, "the parameters of all members")
    precondition(inputs.count == rows * shape.inputs, "\(rows) rows of \(shape.inputs) numbers")
  }
}
