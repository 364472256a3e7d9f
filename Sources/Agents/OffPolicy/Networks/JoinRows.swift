/// Two matrices side by side: [rows × (firstSize + secondSize)].
func joinRows(
  _ first: UnsafePointer<Float>, _ firstSize: Int, _ second: UnsafePointer<Float>,
  _ secondSize: Int, rows: Int,
  into joined: UnsafeMutablePointer<Float>
) {
  for row in 0..<rows {
    let target = joined + row * (firstSize + secondSize)
    for index in 0..<firstSize { target[index] = first[row * firstSize + index] }
    for index in 0..<secondSize { target[firstSize + index] = second[row * secondSize + index] }
  }
}
