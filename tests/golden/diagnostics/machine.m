Accelerator {
  PE { NumPE: 16; VectorWidth: 0; MultPrecision: INT; Vector { Y: 3 } }
  NoC { Bandwidth: 1.5; Multicast: 7; Layout { W: Z, I: C } }
  Memory { Size: 3 }
  Frequency: 0
}
