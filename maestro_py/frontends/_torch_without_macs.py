"""Operators of PyTorch (``aten``) that have no MACs worth counting, by name.

Views, copies, indexing, reductions, normalisation, softmax, embeddings, losses, random numbers and the like.
Names are those without the end ``_copy``. Element-wise operators are here only where
torch does not tag them as such. What is in neither list here nor in ``_torch_operators`` nor tagged is not
known, and a warning says so.

Source: aten/src/ATen/native/native_functions.yaml of github.com/pytorch/pytorch.

Non-goals: their cost.
"""

from __future__ import annotations

_OF_SHAPE = """
_conj _neg_view _reshape_alias _shape_as_tensor _unsafe_view adjoint alias as_strided atleast_1d atleast_2d
atleast_3d broadcast_tensors broadcast_to channel_shuffle chunk column_stack combinations concat concatenate
conj detach diagonal diag diag_embed diagflat dsplit dstack expand expand_as flatten flip fliplr flipud hsplit
hstack imag lift lift_fresh mH mT matrix_H meshgrid moveaxis movedim narrow native_channel_shuffle numpy_T
permute pixel_shuffle pixel_unshuffle ravel real repeat repeat_interleave reshape reshape_as resize resize_as
resolve_conj resolve_neg roll rot90 row_stack select slice split split_with_sizes squeeze stack swapaxes
swapdims t tensor_split tile transpose unbind unflatten unfold unsafe_chunk unsafe_split
unsafe_split_with_sizes unsqueeze view view_as view_as_complex view_as_real vsplit vstack cat block_diag
cartesian_prod im2col col2im
"""

_OF_CREATION_AND_COPY = """
_assert_tensor_metadata _autocast_to_full_precision _autocast_to_reduced_precision _cast_Byte _cast_Char
_cast_Double _cast_Float _cast_Half _cast_Int _cast_Long _cast_Short _local_scalar_dense _pin_memory
_to_copy _lazy_clone affine_grid_generator alpha_dropout arange as_tensor bartlett_window bernoulli
blackman_window cauchy clone contiguous copy cpu cuda data dropout empty empty_like empty_permuted
empty_strided exponential eye feature_alpha_dropout feature_dropout fill from_file full full_like geometric
hamming_window hann_window kaiser_window linspace log_normal logspace multinomial native_dropout new_empty
new_empty_strided new_full new_ones new_zeros normal normal_functional one_hot ones ones_like pin_memory
poisson rand rand_like randint randint_like randn randn_like random randperm range rrelu_with_noise
rrelu_with_noise_functional scalar_tensor tensor to tril tril_indices triu triu_indices type_as uniform zero
zeros zeros_like complex polar
"""

_OF_INDEXING = """
_embedding_bag _embedding_bag_forward_only _index_put_impl _pad_circular _pad_enum _unsafe_index
_unsafe_index_put _unsafe_masked_index argsort argwhere as_strided_scatter bucketize constant_pad_nd
diagonal_scatter embedding embedding_bag embedding_renorm gather index index_add index_copy index_fill
index_put index_reduce index_select masked_scatter masked_select msort nonzero nonzero_static pad pad_sequence
put reflection_pad1d reflection_pad2d reflection_pad3d replication_pad1d replication_pad2d replication_pad3d
scatter scatter_add scatter_reduce searchsorted segment_reduce select_scatter slice_scatter sort
_pack_padded_sequence _pad_packed_sequence take take_along_dim topk unique_consecutive unique_dim _unique
_unique2 kthvalue
"""

_OF_REDUCTION = """
_aminmax _is_all_true _is_any_true _logcumsumexp all allclose amax amin aminmax any argmax argmin bincount
corrcoef count_nonzero cov cummax cummin cumprod cumsum cumulative_trapezoid diff dist frobenius_norm histc
linalg_matrix_norm linalg_norm linalg_vector_norm logcumsumexp logsumexp max mean median min mode nanmean
nanmedian nanquantile nansum norm nuclear_norm prod quantile renorm special_logsumexp std std_mean sum
sum_to_size trace trapezoid trapz var var_mean equal isclose
"""

_OF_NORMALISATION_AND_LOSS = """
_batch_norm_impl_index _batch_norm_no_update _batch_norm_with_update _batch_norm_with_update_functional
_ctc_loss _fused_rms_norm _log_softmax _masked_softmax _native_batch_norm_legit
_native_batch_norm_legit_functional _native_batch_norm_legit_no_training _safe_softmax _softmax _weight_norm
_weight_norm_interface batch_norm binary_cross_entropy binary_cross_entropy_with_logits cosine_embedding_loss
cosine_similarity cross_entropy_loss ctc_loss group_norm hinge_embedding_loss huber_loss instance_norm kl_div
l1_loss layer_norm log_softmax margin_ranking_loss mse_loss multi_margin_loss
multilabel_margin_loss native_batch_norm native_group_norm native_layer_norm native_norm nll_loss nll_loss2d
nll_loss2d_forward nll_loss_forward nll_loss_nd norm_except_dim pairwise_distance poisson_nll_loss rms_norm
smooth_l1_loss soft_margin_loss softmax special_log_softmax special_softmax triplet_margin_loss
"""

_ELEMENT_WISE = """
_fused_dropout _prelu_kernel _thnn_fused_gru_cell _thnn_fused_lstm_cell absolute addr arccos arccosh arcsin
arcsinh arctan arctan2 arctanh cross divide fix floor_divide ger glu greater greater_equal hardswish isreal
less less_equal linalg_cross log_sigmoid log_sigmoid_forward multiply negative not_equal outer prelu
special_erf special_expit special_round special_softmax subtract chalf
fake_quantize_per_channel_affine fake_quantize_per_channel_affine_cachemask fake_quantize_per_tensor_affine
fake_quantize_per_tensor_affine_cachemask quantize_per_channel quantize_per_tensor dequantize
"""

_OF_SAMPLING = """
_upsample_bicubic2d_aa _upsample_bilinear2d_aa _upsample_nearest_exact1d _upsample_nearest_exact2d
_upsample_nearest_exact3d grid_sampler grid_sampler_2d grid_sampler_3d max_unpool2d max_unpool3d
upsample_bicubic2d upsample_bilinear2d upsample_linear1d upsample_nearest1d upsample_nearest2d
upsample_nearest3d upsample_trilinear3d
"""

_OF_PRIMS = """
broadcast_in_dim collapse collapse_view convert_element_type copy_to device_put iota rev split_dim view_of
view_of_dtype
"""

WITHOUT_MACS = frozenset(
    " ".join(
        (
            _OF_SHAPE,
            _OF_CREATION_AND_COPY,
            _OF_INDEXING,
            _OF_REDUCTION,
            _OF_NORMALISATION_AND_LOSS,
            _ELEMENT_WISE,
            _OF_SAMPLING,
            _OF_PRIMS,
        )
    ).split()
)
"""Names of the operators, of ``aten`` and of ``prims``."""

QUANTISING = "quantized_decomposed"
"""Library of operators that change number formats around others; none of its own has MACs."""
