// Title: the chip of the MAESTRO paper's design spaces, without DRAM
// Source: MAESTRO (Kwon et al., MICRO 2019), Section 5.2: 28 nm, buffers exactly as large as needed
// Note: The paper's model has no DRAM. Here it is as fast as the language can say, so that it holds
//   up nothing. One 8-bit MAC per PE.

Accelerator chip {
  PE {
    VectorWidth: 1;
    Precision {
      W: 8;
      I: 8;
      O: 8;
    }
  }
  NoC {
    AvgLatency: 1;
    Multicast: true;
    Reduction: true;
  }
  OffChip {
    Bandwidth: 1048576;
    Latency: 0;
  }
  Technology: maestro-28nm;
  Frequency: 1 GHz;
}
