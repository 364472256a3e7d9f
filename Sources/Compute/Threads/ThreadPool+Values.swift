extension ThreadPool {
  /// body(0) … body(count − 1) side by side, in the order of their numbers.
  package func map<Result: Sendable>(_ count: Int, _ body: @Sendable (_ part: Int) -> Result) -> [Result] {
    [Result](unsafeUninitializedCapacity: count) { results, initialized in
      // Each part fills its own place.
      let places = Disjoint(results)
      run(count) { places.value.initializeElement(at: $0, to: body($0)) }
      initialized = count
    }
  }

  /// Changes all elements side by side: body(0, &elements[0]), body(1, &elements[1]) …
  package func update<Element>(
    _ elements: inout [Element], _ body: @Sendable (_ part: Int, _ element: inout Element) -> Void
  ) {
    elements.withUnsafeMutableBufferPointer { elements in
      // Each part changes its own element.
      let places = Disjoint(elements)
      run(elements.count) { body($0, &places.value[$0]) }
    }
  }
}
